#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ordinal_fuzz::run("live", input));
