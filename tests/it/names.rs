//! What a lookup leads to: forms of a name, the search path, SRV records, what is not there (S21 to S23).

use ordinal::api::Time;
use ordinal::cluster::dns::{RecordType, resolve};
use ordinal::timeline::Timeline;

/// The first story at an instant at which all three pods are Ready, with an ordinary Service beside it.
fn story(more: &str) -> Timeline {
    let first = include_str!("../../static/manifests/sample.yaml");
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: { name: any }\nspec:\n  selector: { app: web }\n  \
                   ports: [{ name: db, port: 5432 }, { name: stats, port: 9187 }]\n";
    let recipe =
        format!("ordinal 1\nkubectl apply -f - <<EOF\n{first}{service}EOF\nat 30s {more}\n");
    let mut timeline = Timeline::new(&recipe).expect("a sound recipe");
    timeline.seek(Time(60_000));
    timeline
}

fn addresses(timeline: &Timeline, namespace: &str, name: &str) -> Vec<String> {
    resolve(timeline.cluster(), namespace, name, RecordType::A).addresses
}

#[test]
fn every_form_of_a_name_leads_to_the_pod() {
    let timeline = story("read web");
    let due = addresses(&timeline, "default", "web-1.web");
    assert_eq!(due.len(), 1);
    for name in [
        "web-1.web.default",
        "web-1.web.default.svc",
        "web-1.web.default.svc.cluster.local",
        "web-1.web.default.svc.cluster.local.",
    ] {
        assert_eq!(addresses(&timeline, "default", name), due, "{name}");
        assert_eq!(addresses(&timeline, "elsewhere", name), due, "{name} from elsewhere");
    }
    let answer = resolve(timeline.cluster(), "default", "web-1.web", RecordType::A);
    assert_eq!(answer.name, "web-1.web.default.svc.cluster.local");
}

#[test]
fn what_is_not_there_does_not_exist() {
    let timeline = story("read web");
    for (namespace, name) in [
        ("default", "web-1"),
        ("default", "web-1.web."),
        ("default", "web-7.web"),
        ("default", "web-1.wbe"),
        ("default", "web-1.any.default"),
        ("elsewhere", "web-1.web"),
        ("elsewhere", "web"),
        ("default", "a.web-1.web"),
        ("default", ""),
        ("default", "."),
    ] {
        let answer = resolve(timeline.cluster(), namespace, name, RecordType::A);
        assert!(!answer.exists && answer.addresses.is_empty(), "{name:?} from {namespace}");
    }
}

#[test]
fn a_headless_service_lists_its_ready_pods_and_an_ordinary_one_has_an_address() {
    let timeline = story("crash web-1");
    assert_eq!(addresses(&timeline, "default", "web").len(), 3);
    let own = addresses(&timeline, "default", "any");
    assert!(own.len() == 1 && own[0].starts_with("10.96."), "{own:?}");
    // The name that CoreDNS makes of an address, for pods that have none of their own below this Service.
    let address = addresses(&timeline, "default", "web-1.web").remove(0);
    let made = format!("{}.any", address.replace('.', "-"));
    assert_eq!(addresses(&timeline, "default", &made), [address]);
    let timeline = story("kubectl scale statefulset web --replicas=0");
    assert_eq!(addresses(&timeline, "default", "web"), Vec::<String>::new());
    assert_eq!(addresses(&timeline, "default", "any").len(), 1);
}

#[test]
fn srv_records_name_the_pods_and_their_ports() {
    let timeline = story("read web");
    let ask = |name: &str| resolve(timeline.cluster(), "default", name, RecordType::Srv);
    let targets = |name: &str| {
        let services = ask(name).services.into_iter();
        services.map(|record| format!("{}:{}", record.target, record.port)).collect::<Vec<_>>()
    };
    let pods = [0, 1, 2].map(|n| format!("web-{n}.web.default.svc.cluster.local:5432"));
    assert_eq!(targets("web"), pods);
    assert_eq!(targets("_db._tcp.web.default.svc.cluster.local"), pods);
    assert_eq!(targets("_db._TCP.web"), pods);
    assert!(!ask("_db._udp.web").exists && !ask("_http._tcp.web").exists);
    let own = ["any.default.svc.cluster.local:5432", "any.default.svc.cluster.local:9187"];
    assert_eq!(targets("any"), own);
    assert_eq!(targets("_stats._tcp.any"), own[1..]);
}
