//! How enums of codes with typed fields are declared.

/// Declares an enum with one variant for each code, its fieldless enum of codes, and the views of the fields.
macro_rules! coded {
    (
        $(#[$doc:meta])* $name:ident, $(#[$code_doc:meta])* $codes:ident;
        $( $code:ident { $($field:ident: $type:ty),* } $about:expr; )*
    ) => {
        $(#[$code_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $codes { $( #[doc = $about] $code, )* }

        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub enum $name { $(
            #[doc = $about]
            $code { $( #[doc = concat!("`", stringify!($field), "`")] $field: $type ),* },
        )* }

        impl $codes {
            /// Every code.
            pub const ALL: &'static [$codes] = &[$($codes::$code),*];

            /// The code as it is written, and the names of its fields: one text, since each table takes its place.
            fn words(self) -> &'static str {
                match self {
                    $($codes::$code => concat!(stringify!($code) $(, " ", stringify!($field))*)),*
                }
            }

            /// The code as it is written.
            pub fn name(self) -> &'static str {
                self.words().split(' ').next().unwrap_or_default()
            }

            /// The names of its fields.
            pub fn fields(self) -> Names {
                self.words().split(' ').skip(1)
            }

            /// The types of its fields, as the documentation calls them.
            pub fn types(self) -> &'static [&'static str] {
                match self { $($codes::$code => &[$(<$type as FieldType>::TYPE),*]),* }
            }
        }

        impl $name {
            /// The code.
            pub fn code(&self) -> $codes {
                match self { $($name::$code { .. } => $codes::$code),* }
            }

            /// The values of the fields, in their order.
            pub fn values(&self) -> Vec<Value<'_>> {
                let mut values = Vec::new();
                match self { $($name::$code { $($field),* } => { $($field.put(&mut values);)* }),* }
                values
            }
        }
    };
}
