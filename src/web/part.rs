//! Parts of the page that are rendered only when their contents have changed.
//!
//! They share one component type, because each type adds several kilobytes of framework code.

use std::any::Any;
use std::rc::Rc;
use yew::prelude::*;

/// What a part shows.
pub(super) trait Show: PartialEq + 'static {
    /// Draws it.
    fn view(&self) -> Html;
}

/// What any part shows.
trait Shown {
    fn view(&self) -> Html;
    fn is_same(&self, other: &dyn Any) -> bool;
    fn as_any(&self) -> &dyn Any;
}

impl<T: Show> Shown for T {
    fn view(&self) -> Html {
        Show::view(self)
    }

    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| other == self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Makes a part of the page that shows this.
pub(super) fn part(shows: impl Show) -> Html {
    view(Rc::new(shows))
}

fn view(shown: Rc<dyn Shown>) -> Html {
    html! { <Part {shown} /> }
}

#[derive(Properties)]
struct PartProps {
    shown: Rc<dyn Shown>,
}

impl PartialEq for PartProps {
    fn eq(&self, other: &PartProps) -> bool {
        self.shown.is_same(other.shown.as_any())
    }
}

struct Part;

impl Component for Part {
    type Message = ();
    type Properties = PartProps;

    fn create(_: &Context<Part>) -> Part {
        Part
    }

    fn view(&self, ctx: &Context<Part>) -> Html {
        ctx.props().shown.view()
    }
}
