//! Known images: their files, their programs, and their process.
//!
//! The name identifies the image. Every image has the same tools, even if the real image lacks some of them; images
//! that are known to have no tools have none.

use crate::api::Container;
use crate::api::json::Node as Tree;

/// A family of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Only tools, from BusyBox.
    Busybox,
    /// Only tools, from GNU.
    Tools,
    /// Tools, and a process that sleeps unless it gets another command.
    Pausing,
    Nginx,
    Httpd,
    Mysql,
    Zookeeper,
    Cassandra,
    /// No shell and no tools.
    Bare,
    /// Anything else.
    Other,
}

/// The words in the image names of each family.
const NAMES: [(Family, &str); 9] = [
    (Family::Bare, "distroless pause scratch"),
    (Family::Nginx, "nginx"),
    (Family::Httpd, "httpd"),
    (Family::Mysql, "mysql mariadb percona"),
    (Family::Zookeeper, "zookeeper"),
    (Family::Cassandra, "cassandra"),
    (Family::Busybox, "busybox alpine"),
    (Family::Pausing, "agnhost dnsutils"),
    (Family::Tools, "debian ubuntu fedora centos netshoot curl jessie"),
];

/// Images of the documentation that answer HTTP requests with a text, and their ports. `{pod}` is the name of the pod.
const GREETINGS: [(&str, u16, &str); 4] = [
    ("serve_hostname", 9376, "{pod}\n"),
    ("kubernetes-bootcamp:v1", 8080, "Hello Kubernetes bootcamp! | Running on: {pod} | v=1\n"),
    ("kubernetes-bootcamp:v2", 8080, "Hello Kubernetes bootcamp! | Running on: {pod} | v=2\n"),
    ("hello-app", 8080, "Hello, world!\nVersion: 1.0.0\nHostname: {pod}\n"),
];

/// What the server of an image answers on a port; `{pod}` is the name of the pod. `None` if nothing listens there, or
/// if it isn't simulated.
pub(super) fn greeting(image: &str, port: u16) -> Option<&'static str> {
    let known = GREETINGS.iter().find(|(name, at, _)| image.contains(name) && *at == port);
    known.map(|(.., text)| *text)
}

/// The tools that every image has.
pub(super) const TOOLS: &str = "[ awk base64 basename cat chmod chown clear cp curl cut date df dig dirname du echo env \
    false find getent grep head host hostname id kill killall ln ls mkdir mount mv nc nslookup pgrep ping pkill \
    printenv printf ps pwd rm rmdir sed seq sh sleep sort stat sync tail tar tee test timeout touch tr true uname uniq wc wget which \
    whoami";

/// Programs that are common in images, but not simulated.
const KNOWN: &str = "apk apt apt-get bc bzip2 cqlsh diff dpkg ed fdisk free chroot gcc gdb git gunzip md5sum gzip htop ifconfig \
    ip iptables java jq less lsof make microdnf mongo mongosh more nano netstat node npm openssl perl php pip psql python \
    python3 redis-cli rsync ruby ss ssh strace su sudo sysctl systemctl tcpdump telnet top traceroute unzip \
    uptime vi vim watch yum zip etcdctl mongod pg_isready redis-server rabbitmqctl mysqldump";

/// Whether a program is common in images, but not simulated.
pub(super) fn is_known(program: &str) -> bool {
    KNOWN.split_ascii_whitespace().any(|known| known == program)
}

/// Whether a text has the name of a known image.
pub(super) fn is_named_in(text: &str) -> bool {
    NAMES.iter().flat_map(|(_, names)| names.split(' ')).any(|name| text.contains(name))
}

impl Family {
    /// The family of an image.
    pub(super) fn of(image: &str) -> Family {
        let path = image.split('@').next().unwrap_or(image);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        // A tag such as `16-alpine` names what the image is made of, not what it is.
        let name = name.split(':').next().unwrap_or(name);
        if folder.contains("distroless") {
            return Family::Bare;
        }
        if name.contains("exporter") {
            return Family::Other;
        }
        let contains = |words: &str| words.split(' ').any(|word| name.contains(word));
        NAMES.iter().find(|(_, words)| contains(words)).map_or(Family::Other, |(family, _)| *family)
    }

    /// Whether all files of the image are known.
    pub(super) fn is_plain(self) -> bool {
        matches!(
            self,
            Family::Busybox | Family::Tools | Family::Pausing | Family::Nginx | Family::Httpd
        )
    }

    /// Whether the data of the example database is a file on the volume.
    pub(super) fn has_data(self) -> bool {
        !self.is_plain() && self != Family::Bare
    }

    /// The folder of its programs.
    pub(super) fn folder(self) -> &'static str {
        if self == Family::Busybox { "/bin" } else { "/usr/bin" }
    }

    /// Its programs, apart from the tools.
    pub(super) fn programs(self) -> &'static str {
        match self {
            Family::Mysql => "bash mysql mysqladmin",
            Family::Zookeeper => "bash zkCli.sh zkServer.sh zookeeper-ready",
            Family::Cassandra => "bash nodetool",
            Family::Busybox | Family::Bare => "",
            Family::Nginx => "bash nginx",
            _ => "bash",
        }
    }

    /// The folder that its HTTP server serves, and the name of the server.
    pub(super) fn web(self) -> Option<(&'static str, &'static str)> {
        match self {
            Family::Nginx => Some(("/usr/share/nginx/html", "nginx")),
            Family::Httpd => Some(("/usr/local/apache2/htdocs", "Apache")),
            _ => None,
        }
    }

    /// The ports on which it listens, in addition to those in the manifest.
    pub(super) fn ports(self) -> &'static [u16] {
        match self {
            Family::Nginx | Family::Httpd => &[80],
            Family::Mysql => &[3306],
            Family::Zookeeper => &[2181, 2888, 3888],
            Family::Cassandra => &[7000, 7199, 9042],
            _ => &[],
        }
    }

    /// The files of the image: paths and texts.
    pub(super) fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Family::Nginx => &[
                ("/usr/share/nginx/html/index.html", WELCOME),
                ("/usr/share/nginx/html/50x.html", "<h1>An error occurred.</h1>\n"),
                (
                    "/etc/nginx/nginx.conf",
                    "user  nginx;\nworker_processes  auto;\n\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n",
                ),
                (
                    "/etc/nginx/conf.d/default.conf",
                    "server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n}\n",
                ),
            ],
            Family::Httpd => &[(
                "/usr/local/apache2/htdocs/index.html",
                "<html><body><h1>It works!</h1></body></html>\n",
            )],
            Family::Mysql => &[(
                "/etc/mysql/my.cnf",
                "[mysqld]\ndatadir=/var/lib/mysql\n!includedir /etc/mysql/conf.d/\n",
            )],
            Family::Cassandra => {
                &[("/ready-probe.sh", "#!/bin/bash\nnodetool status | grep -q \"^UN *$POD_IP \"\n")]
            }
            _ => &[],
        }
    }

    /// The processes of a container, starting with process 1, and how process 1 handles SIGTERM.
    pub(super) fn processes(self, container: &Container) -> (Vec<String>, Exit) {
        let words = |field: &str| -> Vec<String> {
            let items = container.other.get(field).map_or(&[][..], Tree::items);
            items.iter().map(|item| item.as_text().trim().to_owned()).collect()
        };
        let command = words("command");
        let own = command.iter().chain(&words("args")).cloned().collect::<Vec<_>>().join(" ");
        let first = |usual: &str| if own.is_empty() { usual.to_owned() } else { own.clone() };
        match self {
            Family::Nginx if command.is_empty() => {
                let master = "nginx: master process nginx -g daemon off;".to_owned();
                (vec![master, "nginx: worker process".into()], Exit::Well)
            }
            Family::Httpd if command.is_empty() => (vec!["httpd -DFOREGROUND".into()], Exit::Well),
            Family::Mysql if command.is_empty() => (vec!["mysqld".into()], Exit::Well),
            Family::Zookeeper if own.contains("start-zookeeper") || own.is_empty() => {
                let java = "java -cp /usr/bin/../build/classes org.apache.zookeeper.server.quorum.QuorumPeerMain zoo.cfg";
                (vec![first("zkServer.sh start-foreground"), java.into()], Exit::ByChild)
            }
            Family::Cassandra if command.is_empty() => {
                (vec!["java -ea org.apache.cassandra.service.CassandraDaemon".into()], Exit::Signal)
            }
            Family::Busybox | Family::Tools => (vec![first("sh")], Exit::Never),
            Family::Pausing if own.is_empty() => (vec!["/agnhost pause".into()], Exit::Well),
            // As process 1, a shell or `sleep` has no handler for SIGTERM, so the kernel ignores the signal.
            _ if ["sh", "/bin/sh", "bash", "/bin/bash", "sleep"]
                .contains(&command.first().map_or("", String::as_str)) =>
            {
                (vec![own], Exit::Never)
            }
            _ => {
                let name =
                    container.image.rsplit('/').next().unwrap_or("").split([':', '@']).next();
                (vec![first(name.unwrap_or("app"))], Exit::Well)
            }
        }
    }
}

/// How the first process of a container handles SIGTERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// It ends with exit code 0.
    Well,
    /// It ends with exit code 128 plus the number of the signal.
    Signal,
    /// It ignores SIGTERM, and ends with its child.
    ByChild,
    /// It ignores SIGTERM.
    Never,
}

/// The version of nginx in an image without one in its tag.
const NGINX: &str = "1.29.4";

/// The version of nginx in an image, by its tag, such as `nginx:1.28-alpine`.
pub(super) fn nginx_version(image: &str) -> String {
    let image = image.split('@').next().unwrap_or(image);
    let tag = image.rsplit('/').next().unwrap_or(image).split_once(':').map_or("", |(_, tag)| tag);
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let tag = tag.split('-').next().unwrap_or(tag);
    let parts: Vec<&str> = tag.split('.').take_while(number).collect();
    match parts.as_slice() {
        [major, minor] if *major != "0" => format!("{major}.{minor}.0"),
        [major, minor, patch] if *major != "0" => format!("{major}.{minor}.{patch}"),
        _ => NGINX.into(),
    }
}

/// The welcome page of nginx.
const WELCOME: &str = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n\
    <h1>Welcome to nginx!</h1>\n</body>\n</html>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_has_the_version_of_nginx() {
        for (image, version) in [
            ("nginx:1.14.2", "1.14.2"),
            ("docker.io/library/nginx:1.28-alpine", "1.28.0"),
            ("registry.k8s.io/nginx-slim:0.24", NGINX),
            ("localhost:5000/nginx", NGINX),
            ("nginx", NGINX),
        ] {
            assert_eq!(nginx_version(image), version, "{image}");
        }
    }

    #[test]
    fn an_image_is_known_by_its_name_and_not_by_its_tag() {
        for (image, family) in [
            ("docker.io/bitnami/redis:7.4.0-debian-12-r2", Family::Other),
            ("postgres:16-alpine", Family::Other),
            ("localhost:5000/rabbitmq:3-management-alpine", Family::Other),
            ("prom/mysqld-exporter", Family::Other),
            ("registry.example/nginx/api:1", Family::Other),
            ("db:1", Family::Other),
            ("nginx:1.27-alpine@sha256:0123", Family::Nginx),
            ("registry.k8s.io/nginx-slim:0.24", Family::Nginx),
            ("registry.k8s.io/e2e-test-images/agnhost:2.39", Family::Pausing),
            ("nginxinc/nginx-unprivileged", Family::Nginx),
            ("gcr.io/distroless/static", Family::Bare),
            ("registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", Family::Zookeeper),
            ("busybox:1.28", Family::Busybox),
        ] {
            assert_eq!(Family::of(image), family, "{image}");
        }
    }
}
