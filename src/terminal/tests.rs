//! Scripts in a terminal, with files and examples.

use super::*;

/// A terminal for an empty cluster.
struct Lab(Timeline, Files, Shell);

impl Lab {
    fn new() -> Lab {
        let timeline = Timeline::new("ordinal 1\nseed 7\nnodes 3\n").expect("a recipe");
        Lab(timeline, Files::default(), shell())
    }

    fn type_in(&mut self, text: &str) -> Output {
        run(&mut self.0, &mut self.1, &self.2, text)
    }

    /// The output of a script, which must succeed.
    #[track_caller]
    fn told(&mut self, text: &str) -> String {
        let output = self.type_in(text);
        assert_eq!((output.exit, output.stderr.as_str()), (0, ""), "{text}");
        output.stdout
    }
}

#[test]
fn examples_are_applied_by_their_address_and_name() {
    let created = "service/nginx created\nstatefulset.apps/web created\n";
    for place in [
        "https://k8s.io/examples/application/web/web.yaml",
        "https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples/application/web/web.yaml",
        "web.yaml",
        "application/web/web.yaml",
    ] {
        let mut lab = Lab::new();
        assert_eq!(lab.told(&format!("kubectl apply -f {place}")), created);
        // The recipe has the text, and no address.
        let recipe = lab.0.recipe();
        assert!(
            recipe.contains("kubectl apply -f - <<EOF\napiVersion: v1\nkind: Service"),
            "{recipe}"
        );
        assert!(!recipe.contains("examples/"), "{recipe}");
        Timeline::new(&recipe).expect("a recipe");
    }
    let mut lab = Lab::new();
    assert_eq!(
        lab.told("curl -LO https://k8s.io/examples/application/web/web.yaml; ls"),
        "web.yaml\n"
    );
    assert_eq!(
        lab.told("grep -c kind: web.yaml; kubectl create -f ./web.yaml").lines().next(),
        Some("2")
    );
    let output = lab.type_in("kubectl apply -f https://example.com/x.yaml");
    assert_eq!(output.stderr, "error: unable to read URL \"https://example.com/x.yaml\"\n");
    assert!(output.advice.contains("Manifest button"));
    for line in [
        "kubectl apply -f -",
        "kubectl apply -f nothing.yaml",
        "kubectl create -f https://k8s.io/examples/none",
    ] {
        let output = lab.type_in(line);
        assert!(
            output.exit == 1 && output.advice.contains("Manifest button"),
            "{line}: {output:?}"
        );
    }
    assert!(examples::names().len() > 20);
}

#[test]
fn files_are_written_and_applied() {
    let mut lab = Lab::new();
    let map = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
    lab.told(&format!("mkdir -p d/e; cat <<EOF > d/a.yaml\n{}EOF", map("a")));
    lab.told(&format!("cat > d/e/b.yaml <<'EOF'\n{}EOF", map("b")));
    assert_eq!(lab.told("kubectl apply -f d"), "configmap/a created\n");
    assert_eq!(lab.told("kubectl apply -R -f d/"), "configmap/a unchanged\nconfigmap/b created\n");
    assert_eq!(lab.told("ls d; cd d/e; ls; pwd"), "a.yaml\ne\nb.yaml\n/home/user/d/e\n");
    assert_eq!(lab.told("kubectl delete -f b.yaml -f ../a.yaml").lines().count(), 2);
    assert_eq!(lab.told("cd; cp d/a.yaml x; rm -r d; mv x y; ls"), "y\n");
    assert_eq!(lab.type_in("rm z").stderr, "rm: cannot remove 'z': No such file or directory\n");
    assert_eq!(lab.told("kubectl get nodes > nodes.txt; wc -l < nodes.txt"), "4\n");
    let texts: Vec<String> = lab.1.texts().map(str::to_owned).collect();
    assert_eq!(Files::of_texts(&texts), lab.1);
}

#[test]
fn what_reaches_the_recipe_is_expanded() {
    let mut lab = Lab::new();
    lab.told("kubectl apply -f web.yaml; sleep 60");
    lab.told("n=5; alias k=kubectl; k scale sts web --replicas=$n; for i in 0 1; do k get pod web-$i; done");
    lab.told(
        "cat > p.yaml <<EOF\nspec:\n  replicas: 2\nEOF\nkubectl patch sts web --patch-file p.yaml",
    );
    let recipe = lab.0.recipe();
    let lines: Vec<&str> = recipe.lines().filter(|line| line.starts_with("at ")).collect();
    assert_eq!(
        lines,
        [
            "at 1m kubectl scale sts web --replicas=5",
            "at 1m kubectl patch sts web -p $'spec:\\n  replicas: 2\\n'"
        ]
    );
    let again = Timeline::new(&recipe).expect("a recipe");
    assert_eq!(again.recipe(), recipe);
}

#[test]
fn a_kustomization_is_built() {
    let mut lab = Lab::new();
    lab.told("cat <<EOF >./kustomization.yaml\nsecretGenerator:\n- name: mysql-pass\n  literals:\n  - password=YOUR_PASSWORD\nEOF");
    lab.told("curl -LO https://k8s.io/examples/application/wordpress/mysql-deployment.yaml");
    lab.told("curl -LO https://k8s.io/examples/application/wordpress/wordpress-deployment.yaml");
    lab.told("cat <<EOF >>./kustomization.yaml\nresources:\n  - mysql-deployment.yaml\n  - wordpress-deployment.yaml\nEOF");
    let text = lab.told("kubectl kustomize ./");
    assert!(
        text.starts_with("apiVersion: v1\ndata:\n  password: WU9VUl9QQVNTV09SRA==\nkind: Secret\n"),
        "{text}"
    );
    let name =
        text.lines().find_map(|line| line.strip_prefix("  name: mysql-pass-")).expect("a suffix");
    assert_eq!((name.len(), text.matches(name).count()), (10, 4), "{text}");
    assert!(lab.told("kubectl apply -k ./").contains("deployment.apps/wordpress created"));
    let mut lab = Lab::new();
    lab.told("cat <<EOF >kustomization.yaml\nnamePrefix: dev-\nnamespace: test\nresources: [https://k8s.io/examples/application/web/web.yaml]\nlabels:\n- pairs: {a: b}\n  includeSelectors: true\nimages:\n- name: registry.k8s.io/nginx-slim\n  newTag: \"0.24\"\nreplicas:\n- {name: web, count: 5}\npatches:\n- patch: |\n    kind: StatefulSet\n    metadata: {name: web}\n    spec: {podManagementPolicy: Parallel}\nEOF");
    let text = lab.told("kubectl kustomize");
    for part in [
        "name: dev-web\n",
        "serviceName: dev-nginx\n",
        "nginx-slim:0.24\n",
        "replicas: 5\n",
        "podManagementPolicy: Parallel\n",
        "      a: b\n",
        "namespace: test\n",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    lab.told("echo 'vars: []' > kustomization.yaml");
    assert!(
        lab.type_in("kubectl apply -k .").stderr.contains("vars is not supported on this page")
    );
}

#[test]
fn other_programs_are_told_with_a_way_to_the_goal() {
    let mut lab = Lab::new();
    for program in ["helm ls", "minikube start", "docker ps", "kubeclt get pods", "frobnicate"] {
        let output = lab.type_in(program);
        let word = program.split(' ').next().unwrap_or_default();
        assert_eq!(output.stderr, format!("bash: {word}: command not found\n"));
        assert!(output.exit == 127 && output.advice.ends_with('\n'), "{output:?}");
    }
    assert!(lab.told("help").contains("kubectl"));
    assert_eq!(lab.told("date"), "Thu Jan  1 00:00:00 UTC 2026\n");
    assert_eq!(lab.told("sleep 1.5; date +%s"), "1767225601\n");
    assert_eq!(lab.type_in("while true; do sleep 1; done").exit, 130);
    assert_eq!(lab.type_in("watch kubectl get nodes").stdout.matches("Every 2s").count(), 1);
    assert!(lab.told("source <(kubectl completion bash)").is_empty());
}

#[test]
fn an_edited_text_comes_to_a_line() {
    let edit = Edit::Object(["kubectl", "edit", "sts", "web"].map(str::to_owned).into());
    assert_eq!(edit.source().as_deref(), Some("kubectl get sts web -o yaml"));
    let opened = edit.text("kind: StatefulSet\n");
    assert_eq!(edit.saved(&opened, &opened), Saved::Nothing(edit.closed()));
    let saved = edit.saved(&opened, &opened.replace("Set", "sEt"));
    assert_eq!(saved, Saved::Line("kubectl edit sts web <<EOF\nkind: StatefulsEt\nEOF".into()));
    let again = Edit::refused(&opened, "error: a\nb\n");
    assert!(again.ends_with("# error: a\n# b\n#\nkind: StatefulSet\n"), "{again}");
    let mut lab = Lab::new();
    assert!(lab.type_in("kubectl edit sts web").advice.contains("kubectl get sts web -o yaml"));
}

#[test]
fn the_namespace_of_the_context_is_that_of_the_commands() {
    let mut lab = Lab::new();
    lab.told("kubectl create namespace demo");
    assert_eq!(
        lab.told("kubectl config set-context --current --namespace=demo"),
        "Context \"ordinal\" modified.\n"
    );
    assert_eq!(lab.told("kubectl create configmap a"), "configmap/a created\n");
    assert_eq!(lab.told("kubectl get cm a -o jsonpath={.metadata.namespace}"), "demo");
    // The recipe does not need the file.
    let recipe = lab.0.recipe();
    assert!(recipe.contains("kubectl -n demo create configmap a"), "{recipe}");
    assert!(!recipe.contains("kubectl config"), "{recipe}");
    assert!(lab.type_in("kubectl get cm a -n default").stderr.contains("NotFound"));
    assert_eq!(lab.told("kubectl config view --minify -o jsonpath='{..namespace}'"), "demo");
    assert!(lab.told("cat ~/.kube/config").contains("namespace: demo"));
    lab.told("kubectl config set-context test --cluster=ordinal --user=ordinal; k config use-context test");
    assert_eq!(lab.told("kubectl config current-context"), "test\n");
    assert!(lab.type_in("kubectl get cm a").stderr.contains("NotFound"));
    assert_eq!(lab.told("kubectl --context ordinal get cm a -o name"), "configmap/a\n");
    assert_eq!(
        lab.told("kubectl config get-contexts"),
        "CURRENT   NAME      CLUSTER   AUTHINFO   NAMESPACE\n          ordinal   ordinal   ordinal    demo\n\
         *         test      ordinal   ordinal    \n"
    );
}

#[test]
fn contexts_are_changed_and_refused_as_by_kubectl() {
    let mut lab = Lab::new();
    for (line, said) in [
        (
            "kubectl config set-cluster dev --server=https://dev.example:6443",
            "Cluster \"dev\" set.\n",
        ),
        ("kubectl config set-credentials me --username=me --password=secret", "User \"me\" set.\n"),
        ("kubectl config set-context dev --cluster=dev --user=me", "Context \"dev\" created.\n"),
        ("kubectl config get-clusters", "NAME\ndev\nordinal\n"),
        ("kubectl config view -o jsonpath='{.users[0].user.password}'", "REDACTED"),
        ("kubectl config view --raw -o jsonpath='{.users[0].user.password}'", "secret"),
        ("kubectl config unset users.me.password", "Property \"users.me.password\" unset.\n"),
        (
            "kubectl config set contexts.dev.namespace test",
            "Property \"contexts.dev.namespace\" set.\n",
        ),
        ("kubectl config rename-context dev work", "Context \"dev\" renamed to \"work\".\n"),
        ("kubectl config use-context work", "Switched to context \"work\".\n"),
    ] {
        assert_eq!(lab.told(line), said, "{line}");
    }
    for (line, error) in [
        ("kubectl config use-context none", "error: no context exists with the name: \"none\"\n"),
        ("kubectl get pods --context=none", "error: context \"none\" does not exist\n"),
        (
            "kubectl config delete-user you",
            "error: cannot delete user you, not in /home/user/.kube/config\n",
        ),
        (
            "kubectl config set-context --curent",
            "error: unknown flag: --curent\nSee 'kubectl config set-context --help' for usage.\n",
        ),
    ] {
        let output = lab.type_in(line);
        assert_eq!((output.exit, output.stderr.as_str()), (1, error), "{line}");
    }
    assert!(
        lab.type_in("kubectl config use-context work").advice.contains("the only cluster here")
    );
    lab.told("kubectl get nodes");
    let output = lab.type_in("kubectl config delete-context work");
    assert_eq!(output.stdout, "deleted context work from /home/user/.kube/config\n");
    assert!(output.stderr.starts_with("warning: this removed your active context"));
    lab.told("kubectl config use-context ordinal; kubectl get nodes");
}

#[test]
fn files_are_copied_into_containers_and_back() {
    let mut lab = Lab::new();
    lab.told(
        "kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web --timeout=60s",
    );
    lab.told("echo \"it's here\" > index.html; sleep 60");
    assert_eq!(lab.told("kubectl cp index.html web:/usr/share/nginx/html/"), "");
    assert_eq!(lab.told("kubectl exec web -- curl -s localhost"), "it's here\n");
    let recipe = lab.0.recipe();
    assert!(
        recipe.contains("kubectl exec web -i -- sh -c") && !recipe.contains("kubectl cp"),
        "{recipe}"
    );
    lab.told("mkdir site; mkdir site/css; echo a > site/a.html; echo b > site/css/b.css");
    assert_eq!(lab.told("kubectl cp ./site default/web:/tmp/site -c web"), "");
    assert_eq!(lab.told("kubectl exec web -- cat /tmp/site/a.html /tmp/site/css/b.css"), "a\nb\n");
    let output = lab.type_in("kubectl cp web:/etc/hostname name.txt");
    assert_eq!(output.stderr, "tar: Removing leading `/' from member names\n");
    assert_eq!(lab.told("cat name.txt"), "web\n");
    for (line, error) in [
        (
            "kubectl cp index.html",
            "error: source and destination are required\nSee 'kubectl cp -h' for help and examples\n",
        ),
        ("kubectl cp a b", "error: one of src or dest must be a remote file specification\n"),
        (
            "kubectl cp web:/a web:/b",
            "error: one of src or dest must be a local file specification\n",
        ),
        ("kubectl cp none web:/b", "error: none doesn't exist in local filesystem\n"),
        (
            "kubectl cp index.html none:/b",
            "Error from server (NotFound): pods \"none\" not found\n",
        ),
        ("kubectl cp web:/none x", "tar: /none: No such file or directory\n"),
    ] {
        let output = lab.type_in(line);
        assert_eq!(output.stderr, error, "{line}");
        assert_ne!(output.exit, 0, "{line}");
    }
    assert_eq!(lab.type_in("cat x").exit, 1);
}

#[test]
fn archives_go_to_containers_and_back() {
    let mut lab = Lab::new();
    lab.told("mkdir -p a/b; echo one > a/b/x; echo two > a/y; kubectl run shell --image=nginx");
    lab.told("sleep 30; kubectl exec shell -- mkdir /tmp/c");
    lab.told("tar cf - a | kubectl exec -i shell -- tar xf - -C /tmp/c");
    assert_eq!(lab.told("kubectl exec shell -- cat /tmp/c/a/b/x /tmp/c/a/y"), "one\ntwo\n");
    let listed = "a/\na/b/\na/b/x\na/y\n";
    assert_eq!(
        lab.told("kubectl exec shell -- tar cf - -C /tmp/c a > back.tar; tar tf back.tar"),
        listed
    );
    assert_eq!(lab.told("mkdir new; tar xf back.tar -C new; cat new/a/b/x"), "one\n");
    assert_eq!(lab.told("tar cf one.tar a/y; tar xvf one.tar -C /tmp; cat /tmp/a/y"), "a/y\ntwo\n");
    for (line, problem) in [
        ("tar czf x.tgz a", "tar: gzip: Cannot exec: No such file or directory\n"),
        (
            "tar xf nothing.tar",
            "tar: /home/user/nothing.tar: Cannot open: No such file or directory\n",
        ),
        ("echo no | tar xf -", "tar: This does not look like a tar archive\n"),
        ("tar cf x.tar", "tar: Cowardly refusing to create an empty archive\n"),
        ("tar xf x.tar -C none", "tar: none: Cannot open: No such file or directory\n"),
    ] {
        let output = lab.type_in(line);
        assert_eq!((output.exit, output.stderr.as_str()), (2, problem), "{line}");
    }
    // The recipe has the archive.
    let recipe = lab.0.recipe();
    assert_eq!(Timeline::new(&recipe).expect("a recipe").recipe(), recipe);
}

#[test]
fn a_dump_of_the_cluster_becomes_files() {
    let mut lab = Lab::new();
    lab.told("kubectl run shell --image=busybox -- echo hi; sleep 20");
    let line = "kubectl cluster-info dump --output-directory=out; ls out out/default; cat out/default/shell/logs.txt";
    let printed = lab.told(line);
    assert!(
        printed.starts_with("Cluster info dumped to out\nout:\ndefault\nkube-system\nnodes.json\n"),
        "{printed}"
    );
    assert!(
        printed.contains("==== START logs for container shell of pod default/shell ====\nhi\n"),
        "{printed}"
    );
    assert_eq!(lab.told("jq -r .kind out/nodes.json out/default/pods.json"), "NodeList\nPodList\n");
}
