//! Many machines, one server, a lossy network.
