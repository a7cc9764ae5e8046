//! Code that the page loads later.
//!
//! In the browser, the program is in two parts. The first part plays the story that the page opens with; the second
//! part has the rest of kubectl, the terminal, and what runs in containers. The first part calls a function of the
//! second only through a [`Later`], which has no function until the second part is installed, so code that is not
//! there cannot be called. What may need it waits before: see `needs_later` of the modules.
//!
//! Everywhere else there is one program, and every [`Later`] has its function from the start.

#[cfg(target_arch = "wasm32")]
use std::sync::OnceLock;

/// The error of what needs the second part before it is installed.
pub const MISSING: &str = "error: this part of Ordinal is not loaded yet; try again";

/// A function in the second part of the program.
pub struct Later<F>(
    #[cfg(not(target_arch = "wasm32"))] F,
    #[cfg(target_arch = "wasm32")] OnceLock<F>,
);

#[cfg(not(target_arch = "wasm32"))]
impl<F: Copy> Later<F> {
    /// A function that is there.
    pub const fn new(function: F) -> Later<F> {
        Later(function)
    }

    /// The function, if it is there.
    pub fn get(&self) -> Option<F> {
        Some(self.0)
    }
}

#[cfg(target_arch = "wasm32")]
impl<F: Copy> Later<F> {
    /// A function that is not there yet.
    pub const fn missing() -> Later<F> {
        Later(OnceLock::new())
    }

    /// The function, if it is there.
    pub fn get(&self) -> Option<F> {
        self.0.get().copied()
    }

    /// Makes the function known, the first time.
    pub fn install(&self, function: F) {
        _ = self.0.set(function);
    }
}

/// Declares functions of the second part, and in the browser `install_later`, which installs them and those of the
/// modules behind `also`.
macro_rules! later {
    ($($(#[$about:meta])* $(pub($see:ident))? static $name:ident: $kind:ty = $function:expr;)* $(also $($below:ident),+;)?) => {
        $(
            $(#[$about])*
            #[cfg(not(target_arch = "wasm32"))]
            $(pub($see))? static $name: $crate::later::Later<$kind> = $crate::later::Later::new($function);
            $(#[$about])*
            #[cfg(target_arch = "wasm32")]
            $(pub($see))? static $name: $crate::later::Later<$kind> = $crate::later::Later::missing();
        )*
        /// Installs the functions of the second part.
        #[cfg(target_arch = "wasm32")]
        pub(crate) fn install_later() {
            $($name.install($function);)*
            $($($below::install_later();)+)?
        }
    };
}
pub(crate) use later;

later! {
    /// Nothing; it is known when the second part is installed.
    static THERE: () = ();
}

/// Whether the second part of the program is there.
pub fn is_there() -> bool {
    THERE.get().is_some()
}
