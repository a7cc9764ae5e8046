//! The sliders of the control loop panel: fields of a StatefulSet, and the lines that set them.

use super::choices::{scale, scope};
use crate::why::{SetSettings, SetView};

/// A field that a slider sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `spec.replicas`.
    Replicas,
    /// `spec.updateStrategy.rollingUpdate.partition`.
    Partition,
    /// `spec.template.spec.terminationGracePeriodSeconds`.
    GracePeriod,
}

/// A slider from 0 to a maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slider {
    /// The field that it sets.
    pub field: Field,
    /// The label.
    pub label: &'static str,
    /// The current value.
    pub value: u64,
    /// The maximum.
    pub max: u64,
}

/// The sliders of a set.
pub fn sliders(set: &SetView, settings: SetSettings) -> [Slider; 3] {
    let replicas = u64::try_from(set.desired).unwrap_or(0);
    [
        Slider {
            field: Field::Replicas,
            label: "replicas",
            value: replicas,
            max: replicas.max(12),
        },
        Slider {
            field: Field::Partition,
            label: "partition: pods below this ordinal keep the old template",
            value: u64::try_from(settings.partition).unwrap_or(0),
            max: replicas.max(1),
        },
        Slider {
            field: Field::GracePeriod,
            label: "terminationGracePeriodSeconds: triggers a rolling update",
            value: settings.grace_seconds,
            max: settings.grace_seconds.max(60),
        },
    ]
}

/// The line that sets a field of a set.
pub fn set_line(set: &SetView, field: Field, value: &str) -> String {
    let (before, after) = match field {
        Field::Replicas => return scale(&set.set, value.parse().unwrap_or(0)),
        Field::Partition => (r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":"#, "}}}}"),
        Field::GracePeriod => {
            (r#"{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":"#, "}}}}")
        }
    };
    let (key, scope) = (&set.set.key, scope(&set.set.key));
    format!("kubectl patch statefulset {}{scope} -p '{before}{value}{after}'", key.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::first_story;
    use crate::why::views;

    #[test]
    fn every_slider_sets_its_field() {
        let mut timeline = first_story(30);
        for (field, value) in
            [(Field::Replicas, 2), (Field::Partition, 1), (Field::GracePeriod, 31)]
        {
            let view = views(timeline.cluster()).remove(0);
            let output = timeline.run_line(&set_line(&view, field, &value.to_string()));
            assert_eq!(output.exit, 0, "{}", output.stderr);
            let view = views(timeline.cluster()).remove(0);
            let sliders = sliders(&view, view.settings.expect("a StatefulSet"));
            let slider = sliders.iter().find(|it| it.field == field).expect("a slider");
            assert_eq!(slider.value, value);
            assert!(sliders.iter().all(|it| it.value <= it.max));
        }
    }
}
