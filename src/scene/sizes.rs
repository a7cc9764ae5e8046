//! How high everything is: from a compact picture for a phone in landscape to a roomy one.

/// How much room a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Density {
    /// No room for words: a map.
    Map,
    /// Words below each other.
    Stacked,
    /// Everything.
    Full,
}

/// Where between compact (0) and roomy (1000) a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share(pub i32);

impl Share {
    /// The smallest rows.
    pub(super) const COMPACT: Share = Share(0);
    /// The full height of everything.
    pub(super) const ROOMY: Share = Share(1000);

    /// The share with which a picture is as high as that, if it is so high with the smallest rows and with
    /// the full ones.
    pub(super) fn fitting(height: i32, (compact, roomy): (i32, i32)) -> Share {
        Share(((height - compact) * 1000 / (roomy - compact).max(1)).clamp(0, 1000))
    }

    /// A little less: sizes are rounded.
    pub(super) fn less(self) -> Share {
        Share((self.0 - 40).max(0))
    }

    fn between(self, compact: i32, roomy: i32) -> i32 {
        compact + (roomy - compact) * self.0 / 1000
    }
}

/// The heights of the parts of a picture, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Above everything.
    pub top: i32,
    /// The title of one of several sets.
    pub title: i32,
    /// A line with a Service.
    pub service: i32,
    /// Between the Services and the identities, where requests travel.
    pub wire: i32,
    /// The card of an identity.
    pub identity: i32,
    /// Below it.
    pub below_identity: i32,
    /// The row of pods that are not scheduled.
    pub pending: i32,
    /// Between rows.
    pub gap: i32,
    /// Above and below a pod in its lane.
    pub padding: i32,
    /// A pod.
    pub pod: i32,
    /// Between the last lane and the volumes; the frame of the volumes begins halfway.
    pub above_volume: i32,
    /// A volume.
    pub volume: i32,
    /// The texts below it.
    pub captions: i32,
    /// Below everything.
    pub bottom: i32,
}

impl Sizes {
    /// The sizes for columns of this density.
    pub(super) fn new(density: Density, is_narrow: bool, share: Share) -> Sizes {
        let is_map = density == Density::Map;
        let (identity, pod, volume, captions) = match density {
            Density::Full => ((38, 80), (28, 64), (42, 110), (17, 42)),
            Density::Stacked => ((36, 74), (34, 78), (42, 106), (17, 42)),
            Density::Map => ((22, 30), (16, 60), (24, 70), (6, 8)),
        };
        let of = |(compact, roomy)| share.between(compact, roomy);
        Sizes {
            top: of(if is_narrow { (4, 10) } else { (4, 16) }),
            title: of((20, 28)),
            service: of((22, 28)),
            wire: of((17, 34)),
            identity: of(identity),
            below_identity: of((3, 12)),
            pending: of(if is_map { (18, 28) } else { (20, 34) }),
            gap: of((3, 8)),
            padding: of(if is_map { (3, 10) } else { (3, 7) }),
            pod: of(pod),
            above_volume: of((8, 28)),
            volume: of(volume),
            captions: of(captions),
            bottom: of((3, 12)),
        }
    }
}
