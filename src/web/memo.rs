//! Parts of the page that are rendered only when their contents have changed.
//!
//! They share one component type, because each type adds several kilobytes of framework code.

use std::any::Any;
use std::rc::Rc;
use yew::prelude::*;

/// The contents of such a part.
pub(super) trait Memo: PartialEq + 'static {
    /// Renders the part.
    fn view(&self) -> Html;
}

/// The contents of any part.
trait AnyMemo {
    /// Renders the part.
    fn view(&self) -> Html;
    /// Whether the contents are equal to others, which may have another type.
    fn is_same(&self, other: &dyn Any) -> bool;
    /// The contents as a value of any type.
    fn as_any(&self) -> &dyn Any;
}

impl<T: Memo> AnyMemo for T {
    fn view(&self) -> Html {
        Memo::view(self)
    }

    fn is_same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| other == self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Makes a part with these contents.
pub(super) fn memo(contents: impl Memo) -> Html {
    view(Rc::new(contents))
}

/// The component with these contents.
fn view(contents: Rc<dyn AnyMemo>) -> Html {
    html! { <MemoPart {contents} /> }
}

/// The properties of the component.
#[derive(Properties)]
struct MemoProps {
    contents: Rc<dyn AnyMemo>,
}

impl PartialEq for MemoProps {
    fn eq(&self, other: &MemoProps) -> bool {
        self.contents.is_same(other.contents.as_any())
    }
}

/// The component of all parts.
struct MemoPart;

impl Component for MemoPart {
    type Message = ();
    type Properties = MemoProps;

    fn create(_: &Context<MemoPart>) -> MemoPart {
        MemoPart
    }

    fn view(&self, ctx: &Context<MemoPart>) -> Html {
        ctx.props().contents.view()
    }
}
