//! The flags of `kubectl debug`.

use super::super::Call;
use super::parts::is_image;

const PROFILES: [&str; 6] = ["general", "baseline", "restricted", "netadmin", "sysadmin", "legacy"];

/// kubectl's error for wrong flags (`DebugOptions.Validate`).
pub(super) fn wrong(call: &Call<'_>) -> Option<String> {
    let words = &call.words;
    let flag = |name: &str| words.flag(name).filter(|value| !value.is_empty());
    let has_args = words.after.as_ref().is_some_and(|args| !args.is_empty());
    let (image, container) = (flag("image"), flag("container"));
    let has_images = words.all("set-image").next().is_some();
    let why = match () {
        () if flag("copy-to").is_some() => match () {
            () if image.is_none() && !has_images && !has_args => {
                "you must specify --image, --set-image or command arguments."
            }
            () if has_args && container.is_none() && image.is_none() => {
                "you must specify an existing container or a new image when specifying args."
            }
            () => "",
        },
        () if words.has("replace") => "--replace may only be used with --copy-to.",
        () if words.has("same-node") => "--same-node may only be used with --copy-to.",
        () if has_images => "--set-image may only be used with --copy-to.",
        () if image.is_none() => "you must specify --image when not using --copy-to.",
        () => "",
    };
    let error = |words: String| Some(format!("error: {words}"));
    if !why.is_empty() {
        return error(why.into());
    }
    if words.has("attach") && image.is_none() && container.is_none() {
        return error(
            "you must specify --container or create a new container using --image in order to attach.".into(),
        );
    }
    if let Some(image) = image.filter(|image| !is_image(image)) {
        return error(format!("invalid image name \"{image}\": invalid reference format"));
    }
    if words.plain.is_empty() && words.flag("filename").is_none() {
        return error("NAME or filename is required for debug".into());
    }
    let policies = ["Always", "IfNotPresent", "Never"];
    if let Some(policy) = flag("image-pull-policy").filter(|policy| !policies.contains(policy)) {
        return error(format!("invalid image pull policy: {policy}"));
    }
    if flag("target").is_some() && flag("copy-to").is_some() {
        return error(
            "--target is incompatible with --copy-to. Use --share-processes instead.".into(),
        );
    }
    if words.has("tty") && !words.has("stdin") {
        return error("-i/--stdin is required for containers with -t/--tty=true".into());
    }
    let profile = flag("profile").filter(|profile| !PROFILES.contains(profile))?;
    error(format!("unknown profile: {profile}"))
}
