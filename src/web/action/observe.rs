//! Actions that are about a real cluster.

/// Actions that are about a real cluster that is followed.
pub(in crate::web) enum ObserveAction {
    /// Follows the cluster whose API is at the origin of the page: these namespaces, or all.
    Connect(String),
    /// Ends that. What was seen stays as a recording.
    Disconnect,
    /// Processes a part of the response to a request; number 0 only means that time has passed.
    Answered {
        /// The number of the request.
        id: u32,
        /// The HTTP status.
        status: u16,
        /// The time of the server, in seconds since 1970; 0 if it is not known.
        date: i64,
        /// The text.
        text: String,
        /// 0 if more will come, 1 if the answer is complete, 2 if it broke off.
        end: u8,
    },
}
