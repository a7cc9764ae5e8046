//! A cluster for each participant of a class: the page on which they join, and that of the trainer.

/// What the pages of the class look like.
pub(super) const STYLE: &str = include_str!("class.css");
/// What keeps the pictures on the trainer's page up to date.
pub(super) const SCRIPT: &str = include_str!("class.js");

/// The number of a cluster and the rest of a path such as `/c/3/api/v1`.
pub(super) fn cluster_of(path: &str) -> Option<(usize, &str)> {
    let rest = path.strip_prefix("/c/")?;
    let (number, _) = rest.split_once('/')?;
    let index = number.parse::<usize>().ok()?.checked_sub(1)?;
    Some((index, rest.get(number.len()..)?))
}

/// What the path of a cluster begins with.
pub(super) fn base(index: usize) -> String {
    format!("/c/{}", index + 1)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<link rel=\"icon\" \
         href=\"icon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"class.css\">\n<script src=\"class.js\" defer></script>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// The page on which participants join. `host` is the address at which they have found it.
pub(super) fn join(count: usize, host: &str) -> String {
    let host = escaped(host);
    let clusters: String = (0..count)
        .map(|index| {
            let (number, base) = (index + 1, base(index));
            let server = format!("http://{host}{base}");
            format!(
                "<li><details name=\"cluster\"><summary>Cluster {number}</summary>\n\
                 <p><a href=\"{base}/\">Watch it in the browser</a></p>\n\
                 <h3>bash, zsh, and fish</h3>\n<pre><code>alias kubectl='kubectl --server={server}'</code></pre>\n\
                 <h3>PowerShell</h3>\n<pre><code>function kubectl {{ kubectl.exe --server={server} @args }}</code></pre>\n\
                 <h3>Any other tool</h3>\n<p><a href=\"{base}/kubeconfig\" download=\"ordinal-{number}.yaml\">Download the kubeconfig</a> and set \
                 <code>KUBECONFIG</code> to its path.</p>\n</details></li>\n"
            )
        })
        .collect();
    document(
        "Join the class",
        &format!(
            "<h1>Join the class</h1>\n<p>Pick the cluster with your number. Type its line in your terminal, and then \
             <code>kubectl get nodes</code>. The clusters are simulated: you can't break anything.</p>\n\
             <ol class=\"join\">\n{clusters}</ol>\n<p><a href=\"trainer\">For the trainer: all clusters</a></p>\n"
        ),
    )
}

/// The page of the trainer: what happens in every cluster.
pub(super) fn overview(count: usize) -> String {
    let clusters: String = (0..count)
        .map(|index| {
            let (number, base) = (index + 1, base(index));
            format!(
                "<li data-base=\"{base}\"><h2><a href=\"{base}/\">Cluster {number}</a></h2>\n\
                 <a href=\"{base}/\"><img src=\"{base}/ordinal/picture\" width=\"640\" height=\"420\" alt=\"The picture of cluster {number}\"></a>\n\
                 <p><output></output> <button type=\"button\">Reset</button></p></li>\n"
            )
        })
        .collect();
    document(
        "All clusters",
        &format!("<h1>All clusters</h1>\n<ul class=\"overview\">\n{clusters}</ul>\n"),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;")
}
