//! How long things take, in milliseconds: Kubernetes' own defaults where it has them, the rest plausible.
//!
//! A recipe changes one with `timing NAME=DURATION`.

/// Declares the timings: field, name in a recipe, default in milliseconds, source.
macro_rules! timings {
    ($( $field:ident $name:literal $default:literal $source:literal; )*) => {
        /// How long things take, each in milliseconds.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Timings { $( #[doc = $source] pub $field: u64, )* }

        impl Default for Timings {
            fn default() -> Timings { Timings { $( $field: $default, )* } }
        }

        impl Timings {
            /// The names, in the order of their declaration.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The timing of this name, to be read or changed.
            pub fn by_name(&mut self, name: &str) -> Option<&mut u64> {
                match name { $( $name => Some(&mut self.$field), )* _ => None }
            }
        }
    };
}

timings! {
    lease_renewal_ms "lease-renewal" 10_000 "kubelet: leaseDurationSeconds 40, renewed every quarter";
    node_monitor_ms "node-monitor-period" 5_000 "kube-controller-manager --node-monitor-period";
    node_grace_ms "node-monitor-grace-period" 50_000 "kube-controller-manager --node-monitor-grace-period";
    toleration_ms "toleration" 300_000 "admission DefaultTolerationSeconds";
    eviction_interval_ms "eviction-interval" 10_000 "kube-controller-manager --node-eviction-rate=0.1";
    pod_gc_ms "pod-gc-period" 20_000 "pkg/controller/podgc: gcCheckPeriod";
    pod_gc_quarantine_ms "pod-gc-quarantine" 40_000 "pkg/controller/podgc: quarantineTime";
    force_detach_ms "force-detach" 360_000 "pkg/controller/volume/attachdetach: maxWaitForUnmountDuration";
    back_off_first_ms "back-off-first" 10_000 "pkg/kubelet: backOffPeriod";
    back_off_max_ms "back-off-max" 300_000 "pkg/kubelet: MaxContainerBackOff";
    back_off_reset_ms "back-off-reset" 600_000 "pkg/kubelet: twice MaxContainerBackOff";
    retry_first_ms "retry-first" 5 "client-go workqueue: exponential failure rate limiter, base delay";
    retry_max_ms "retry-max" 1_000_000 "client-go workqueue: exponential failure rate limiter, maximum delay";
    class_retry_ms "class-retry" 15_000 "pkg/controller/volume/persistentvolume: resync period";
    bind_poll_ms "bind-poll" 1_000 "pkg/scheduler/framework/plugins/volumebinding: checkBindings";
    bind_timeout_ms "bind-timeout" 600_000 "VolumeBindingArgs: bindTimeoutSeconds";
    reaction_ms "reaction" 8 "recorded: a controller answers a change within 3 to 18 ms";
    schedule_ms "schedule" 120 "plausible: queue, filter, score, bind";
    provision_ms "provision" 900 "plausible: a storage driver makes a volume";
    snapshot_ms "snapshot" 1_500 "plausible: a storage driver makes a snapshot";
    resize_ms "resize" 2_000 "plausible: a storage driver makes a volume larger";
    attach_ms "attach" 1_400 "plausible: a storage driver attaches a volume";
    detach_ms "detach" 1_000 "plausible: a storage driver detaches a volume";
    mount_ms "mount" 300 "plausible: format and mount";
    unmount_ms "unmount" 500 "plausible: unmount and report";
    sandbox_ms "sandbox" 250 "plausible: network set up";
    pod_sync_ms "pod-sync" 60_000 "kubelet: syncFrequency";
    pull_ms "image-pull" 1_200 "plausible: a small image, not yet on the node";
    start_ms "container-start" 350 "plausible: create and start a container";
    init_ms "init-container" 900 "plausible: an init container that prepares configuration";
    stop_ms "container-stop" 1_500 "plausible: a database that ends on SIGTERM";
    boot_ms "boot" 4_000 "plausible: from power to the first heartbeat";
    open_ms "database-open" 700 "plausible: a database opens its files";
    clone_entry_ms "clone-entry" 450 "slowed down so that each entry can be seen";
    flush_entry_ms "flush-entry" 400 "slowed down so that each entry can be seen";
    failover_ms "failover" 10_000 "plausible: an operator waits so long before it names another primary";
    replicate_ms "replicate" 350 "slowed down so that each entry can be seen";
    dns_cache_ms "dns-cache" 0 "CoreDNS, plugin cache: 0 for cluster.local since kubeadm v1.32, 30 s before";
    dns_negative_ms "dns-negative-cache" 0 "CoreDNS, plugin cache, denial: 0 for cluster.local since kubeadm v1.32, 30 s before";
    request_ms "request" 450 "slowed down so that each request can be seen";
    client_timeout_ms "client-timeout" 3_000 "plausible: a client gives up";
}

impl Timings {
    /// The timings that set how often something is repeated. They must be greater than 0: with 0 the
    /// cluster would repeat it forever at the same instant, or every millisecond.
    pub const PERIODS: &'static [&'static str] = &[
        "lease-renewal",
        "node-monitor-period",
        "pod-gc-period",
        "back-off-first",
        "back-off-max",
        "back-off-reset",
        "retry-first",
        "retry-max",
        "class-retry",
        "bind-poll",
        "pod-sync",
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_timing() {
        let mut timings = Timings::default();
        for name in Timings::NAMES {
            *timings.by_name(name).expect("a listed name") += 1;
        }
        assert_eq!(timings.reaction_ms, Timings::default().reaction_ms + 1);
        assert_eq!(timings.by_name("nothing"), None);
        assert!(Timings::PERIODS.iter().all(|name| Timings::NAMES.contains(name)));
    }
}
