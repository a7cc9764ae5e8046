//! What the kubelet adds to a container: its environment, files such as `/etc/hosts`, and its volumes
//! (`pkg/kubelet/kubelet_pods.go`, `pkg/kubelet/envvars`, `pkg/kubelet/network/dns`).

use super::super::world::*;
use super::connect::{full_name, host_name};
use super::files::{File, Layer};
use super::{Family, Inside, image};
use crate::api::json::Node as Tree;
use crate::api::*;

/// The beginning of the file of a simulated program, before its name.
pub(super) const PROGRAM: &str = "\u{7f}ELF\n";

/// Decodes Base64 text, such as a value of a Secret. Replaces invalid UTF-8.
fn decoded(text: &str) -> String {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Inside<'_> {
    /// The value of a field of the Pod, such as `metadata.labels['app']`.
    pub(super) fn field(&self, path: &str) -> String {
        let pod = self.cluster.store.pods.get(&self.run.pod);
        let Some(pod) = pod.filter(|pod| pod.metadata.uid == self.uid) else {
            return String::new();
        };
        let all = |labels: &Labels| {
            let line = |(key, value): (&String, &String)| format!("{key}=\"{value}\"\n");
            labels.iter().map(line).collect::<String>()
        };
        let node = self.cluster.store.node(&self.run.node);
        let host = node.map(|node| node.internal_ip().to_owned());
        match path.split_once("['").map(|(map, key)| (map, key.trim_end_matches("']"))) {
            Some(("metadata.labels", key)) => {
                pod.metadata.labels.get(key).cloned().unwrap_or_default()
            }
            Some((_, key)) => pod.metadata.annotations.get(key).cloned().unwrap_or_default(),
            None => match path {
                "metadata.name" => pod.metadata.name.clone(),
                "metadata.namespace" => pod.metadata.namespace.clone(),
                "metadata.uid" => pod.metadata.uid.to_string(),
                "metadata.labels" => all(&pod.metadata.labels),
                "metadata.annotations" => all(&pod.metadata.annotations),
                "spec.nodeName" => self.run.node.clone(),
                "status.podIP" | "status.podIPs" => self.run.ip.clone(),
                "status.hostIP" | "status.hostIPs" => host.unwrap_or_default(),
                "spec.serviceAccountName" => {
                    let name = pod.spec.other.get("serviceAccountName").map_or("", Tree::as_text);
                    if name.is_empty() { "default".into() } else { name.into() }
                }
                _ => String::new(),
            },
        }
    }

    /// The value of a `resourceFieldRef`; what has no limit may use the whole node.
    pub(super) fn resource(&self, source: &Tree) -> Option<String> {
        let spec = match source.text("containerName") {
            "" => self.spec,
            name => self.run.spec.container(name)?,
        };
        let (list, resource) = source.text("resource").split_once('.')?;
        let amounts = match list {
            "limits" => &spec.resources.limits,
            _ => &spec.resources.requests,
        };
        let node = || self.cluster.store.node(&self.run.node)?.status.allocatable.get(resource);
        let amount = match amounts.get(resource) {
            None if list == "limits" => node(),
            amount => amount,
        };
        let amount = amount.map_or("0", String::as_str);
        Some(resource_field(amount, &source.word("divisor")).to_string())
    }

    /// The keys and values of a ConfigMap or Secret.
    pub(super) fn keys(&self, kind: Kind, name: &str) -> Vec<(String, String)> {
        let reference = ObjectRef::named(kind, self.run.pod.namespace(), name);
        match self.cluster.store.get(&reference) {
            Some(Object::ConfigMap(map)) => {
                map.data.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            Some(Object::Stored(secret)) => {
                let data = secret.other.get("data").map_or(&[][..], Tree::entries);
                data.iter()
                    .map(|entry| (entry.key.clone(), decoded(entry.node.as_text())))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn key(&self, kind: Kind, name: &str, key: &str) -> Option<String> {
        self.keys(kind, name).into_iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }

    /// Sets up the environment, files, and volumes of the container, including all changes since its start.
    pub(super) fn furnish(&mut self) {
        let home = if self.family == Family::Mysql { "/var/lib/mysql" } else { "/root" };
        let context =
            [self.run.spec.other.get("securityContext"), self.spec.other.get("securityContext")];
        let user =
            context.iter().flatten().filter_map(|it| it.get("runAsUser")?.as_int()).next_back();
        self.tree.user = user.and_then(|user| u32::try_from(user).ok()).unwrap_or(0);
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned();
        self.variables =
            vec![("PATH".into(), path), ("HOSTNAME".into(), host_name(self.run).into())];
        self.services();
        self.environment();
        if self.variable("HOME").is_none() {
            self.variables.push(("HOME".into(), home.into()));
        }
        self.set.clear();
        self.base();
        let container = self.run.containers.iter().find(|one| one.name == self.spec.name);
        let own = container.map(|one| one.files.clone()).unwrap_or_default();
        self.tree.layers.push((Layer::Container(self.spec.name.clone()), own.clone(), false));
        self.tree.overlay("/", "", &own);
        self.volumes();
        self.target();
        let folder = self.spec.other.get("workingDir").map_or("", Tree::as_text);
        self.folder = super::files::absolute("/", folder);
    }

    /// Shows the files of the container whose processes an ephemeral container sees, at `/proc/1/root`.
    fn target(&mut self) {
        let target = self.spec.other.get(TARGET).map_or("", Tree::as_text);
        let Some(spec) = self.run.spec.container(target) else { return };
        let inside = Inside::new(self.cluster, self.uid, self.run, spec);
        self.tree.show("/proc/1/root", inside.tree.below("/"));
    }

    /// Adds the variables of the Services that existed when the container started (`envvars.FromServices`).
    fn services(&mut self) {
        let since =
            self.run.containers.iter().find(|one| one.name == self.spec.name).map(|one| match one
                .state
            {
                RunState::Running { since, .. } => since,
                _ => self.cluster.now,
            });
        let mut add = |name: &str, ip: &str, ports: &[(String, u16)]| {
            let Some((_, port)) = ports.first() else { return };
            let name = name.to_ascii_uppercase().replace('-', "_");
            let mut set = |suffix: &str, value: String| {
                self.variables.push((format!("{name}_{suffix}"), value))
            };
            set("SERVICE_HOST", ip.to_owned());
            set("SERVICE_PORT", port.to_string());
            for (label, port) in ports.iter().filter(|(label, _)| !label.is_empty()) {
                let label = label.to_ascii_uppercase().replace('-', "_");
                set(&format!("SERVICE_PORT_{label}"), port.to_string());
            }
            set("PORT", format!("tcp://{ip}:{port}"));
            for (_, port) in ports {
                set(&format!("PORT_{port}_TCP"), format!("tcp://{ip}:{port}"));
                set(&format!("PORT_{port}_TCP_PROTO"), "tcp".into());
                set(&format!("PORT_{port}_TCP_PORT"), port.to_string());
                set(&format!("PORT_{port}_TCP_ADDR"), ip.to_owned());
            }
        };
        add("kubernetes", "10.96.0.1", &[("https".into(), 443)]);
        let wants = self
            .run
            .spec
            .other
            .get("enableServiceLinks")
            .is_none_or(|it| *it != Tree::from(json::Value::Bool(false)));
        for service in
            self.cluster.store.services.in_namespace(self.run.pod.namespace()).filter(|_| wants)
        {
            let ip = &service.spec.cluster_ip;
            let is_old = since.is_none_or(|since| service.metadata.creation_timestamp <= since);
            if is_old
                && !service.is_headless()
                && !ip.is_empty()
                && service.metadata.name != "kubernetes"
            {
                let ports: Vec<_> =
                    service.spec.ports.iter().map(|it| (it.name.clone(), it.port)).collect();
                add(&service.metadata.name, ip, &ports);
            }
        }
    }

    /// Adds the variables in the manifest (`makeEnvironmentVariables`).
    fn environment(&mut self) {
        let other = self.spec.other.clone();
        for source in other.get("envFrom").map_or(&[][..], Tree::items) {
            let prefix = source.text("prefix");
            for (field, kind) in [("configMapRef", Kind::ConfigMap), ("secretRef", Kind::Secret)] {
                let Some(from) = source.get(field) else { continue };
                for (key, value) in self.keys(kind, from.text("name")) {
                    self.set_variable(&format!("{prefix}{key}"), &value);
                }
            }
        }
        for variable in other.get("env").map_or(&[][..], Tree::items) {
            let key = |field: &str, kind: Kind| {
                let from = variable.at(&format!("valueFrom.{field}"))?;
                self.key(kind, from.text("name"), from.text("key"))
            };
            let value = match variable.at("valueFrom.fieldRef.fieldPath") {
                Some(path) => Some(self.field(path.as_text())),
                None if variable.get("valueFrom").is_none() => {
                    Some(self.expanded(variable.text("value")))
                }
                None => key("configMapKeyRef", Kind::ConfigMap)
                    .or_else(|| key("secretKeyRef", Kind::Secret))
                    .or_else(|| self.resource(variable.at("valueFrom.resourceFieldRef")?)),
            };
            if let Some(value) = value {
                self.set_variable(variable.text("name"), &value);
            }
        }
    }

    /// Replaces `$(NAME)` in a value with the variable (`expansion.Expand`).
    pub(super) fn expanded(&self, text: &str) -> String {
        let mut parts = text.split("$(");
        let mut out = parts.next().unwrap_or("").to_owned();
        for part in parts {
            match part.split_once(')').and_then(|(name, rest)| Some((self.variable(name)?, rest))) {
                Some((value, rest)) => out = out + &value + rest,
                None => out = out + "$(" + part,
            }
        }
        out
    }

    /// Adds the files of the image and of the kubelet.
    fn base(&mut self) {
        let (family, run) = (self.family, self.run);
        let folders = "/bin /dev /etc /home /opt /proc /root /run /srv /sys /tmp /usr/bin /usr/lib /usr/sbin /var/lib /var/log /var/run";
        for folder in folders.split(' ').filter(|_| family != Family::Bare) {
            self.tree.put(folder, File::folder(if folder == "/tmp" { 0o1777 } else { 0o755 }));
        }
        let tools = if family == Family::Bare { "" } else { image::TOOLS };
        for program in
            tools.split_ascii_whitespace().chain(family.programs().split_ascii_whitespace())
        {
            let at = match program {
                "sh" | "bash" => "/bin",
                "nginx" => "/usr/sbin",
                _ => family.folder(),
            };
            let text = format!("{PROGRAM}{program}\n");
            self.tree.put(&format!("{at}/{program}"), File { mode: 0o755, ..File::of(text) });
        }
        for (path, text) in family.files() {
            let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
            self.tree.put(path, File { mode, ..File::of(*text) });
        }
        self.assumed();
        for (path, text) in super::keeper::files(self) {
            self.tree.put(&path, File { user: self.tree.user, ..File::of(text) });
        }
        let host = host_name(run);
        let names = match full_name(run) {
            full if full == host => host.to_owned(),
            full => format!("{full}\t{host}"),
        };
        let hosts = format!(
            "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n{}\t{names}\n",
            run.ip
        );
        self.tree.put("/etc/hosts", File::of(hosts));
        self.tree.put("/etc/hostname", File::of(format!("{host}\n")));
        let namespace = run.pod.namespace();
        let resolver = format!(
            "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
        );
        self.tree.put("/etc/resolv.conf", File::of(resolver));
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n";
        self.tree.put("/etc/passwd", File::of(users));
    }

    /// Adds the files and programs that exec probes use, because the files of most images aren't known. In an image
    /// whose files are known, this adds only those that the container's command names.
    fn assumed(&mut self) {
        let spec = self.spec;
        let own = [spec.other.get("command"), spec.other.get("args")];
        let own: Vec<&str> =
            own.iter().flatten().flat_map(|words| words.items()).map(Tree::as_text).collect();
        let is_known =
            |word: &str| self.family.is_plain() && !own.iter().any(|text| text.contains(word));
        let mut found = Vec::new();
        for probe in
            [&spec.readiness_probe, &spec.liveness_probe, &spec.startup_probe].into_iter().flatten()
        {
            let command = probe.other.get("exec").map_or(&[][..], |exec| exec.list("command"));
            let words = command.iter().flat_map(|word| word.as_text().split_ascii_whitespace());
            let words: Vec<&str> =
                words.map(|word| word.trim_matches(['\'', '"', ';', ']'])).collect();
            for pair in words.windows(2) {
                if let [before, path] = pair
                    && ["cat", "test", "-f", "-e", "-s", "ls", "stat"].contains(before)
                    && path.starts_with('/')
                    && !is_known(path)
                {
                    found.push(((*path).to_owned(), File::of("")));
                }
            }
            let first = command.first().map_or("", Tree::as_text);
            if first.starts_with('/') && !super::is_shell(&[first]) && !is_known(first) {
                found.push((first.to_owned(), File { mode: 0o755, ..File::of("program") }));
            }
        }
        for (path, file) in found {
            if self.tree.get(&path).is_none() {
                self.tree.put(&path, file);
            }
        }
    }
}
