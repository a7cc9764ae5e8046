//! The fields of the objects, to be read: the table is in [`crate::api`].

use super::decode::{At, Decode, Fields, WrongType};
use crate::api::*;

/// Each struct takes its fields by their names in a manifest.
macro_rules! decode_structs {
    ($( $name:ident { $($field:ident $key:literal)* } )*) => {
        $(
            impl Decode for $name {
                fn decode(&mut self, at: At<'_>) -> Result<(), WrongType> {
                    at.structure(stringify!($name), &[$($key),*], self)
                }
            }

            impl Fields for $name {
                fn field(&mut self, name: &str) -> Option<&mut dyn Decode> {
                    match name {
                        $($key => Some(&mut self.$field),)*
                        _ => None,
                    }
                }
            }
        )*

        /// Every struct with its fields: their names here and in Kubernetes.
        #[cfg(test)]
        const NAMES: &[(&str, &str, &str)] = &[
            $($((stringify!($name), stringify!($field), $key),)*)*
        ];
    };
}

with_structs!(decode_structs);

#[cfg(test)]
mod tests {
    /// What is called otherwise here, because of Rust or of what it means.
    const OTHERWISE: &[(&str, &str)] = &[
        ("kind", "type"),
        ("other", ""),
        ("cluster_ip", "clusterIP"),
        ("pod_ip", "podIP"),
        ("required", "requiredDuringSchedulingIgnoredDuringExecution"),
    ];

    #[test]
    fn fields_are_named_as_in_kubernetes() {
        for (owner, field, key) in super::NAMES {
            let mut camel = String::new();
            for (index, part) in field.split('_').enumerate() {
                let (first, rest) = part.split_at(1);
                let first = if index == 0 { first.to_owned() } else { first.to_ascii_uppercase() };
                camel += &(first + rest);
            }
            assert!(camel == *key || OTHERWISE.contains(&(field, key)), "{owner}.{field}: {key}");
        }
    }
}
