//! Many machines, one model server, a lossy network, tabs that crash, sessions that come and go, other people at the same
//! screens: a whole world from one seed, on the code that ships. `make prove ARGS=simulation` runs it by the million.
//!
//! At every step: *Saved* is only ever said of what the server has (invariant 4), nothing is accepted twice (5), the
//! countdown never shows more time than there is (12), nothing is sent while another user is signed in (14). And in the
//! end, when everything is mended: no character is missing or doubled, in any text (6).

mod checker;
mod device;
mod findings;
mod network;
mod people;
mod server;
mod session;
mod world;

pub use findings::Findings;
pub use server::Fault;

use world::World;

/// Lives one world to its end.
///
/// # Errors
/// What was found to be wrong.
pub fn run(seed: u64, fault: Fault) -> Result<Findings, String> {
    World::new(seed, fault).run().0
}

/// Lives the same world again and tells everything that happens in it, in order.
#[must_use]
pub fn schedule(seed: u64, fault: Fault) -> Vec<String> {
    World::new(seed, fault).told().run().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_is_ever_missing_under_any_schedule() {
        let mut all = Findings::default();
        for seed in 0..1_000 {
            match run(seed, Fault::None) {
                Ok(findings) => all.add(&findings),
                Err(what) => {
                    panic!("seed {seed}: {what}; `make prove ARGS='simulation --seed {seed}'` tells its story")
                }
            }
        }
        println!("simulation: 1000 seeds, {all}");
        assert!(all.is_exercised(), "the schedules no longer reach everything: {all}");
    }

    #[test]
    fn everything_that_is_broken_on_purpose_is_caught() {
        for (fault, at_least) in Fault::CONTROLS {
            let caught = (0..100).filter(|seed| run(*seed, fault).is_err()).count();
            println!("simulation, control {fault:?}: {caught} of 100 seeds caught");
            assert!(at_least <= caught, "{fault:?}: {caught}");
        }
    }

    #[test]
    fn a_seed_replays_exactly() {
        let told = schedule(7, Fault::None);
        assert_eq!(told, schedule(7, Fault::None));
        assert!(100 < told.len());
        assert_ne!(told, schedule(8, Fault::None));
    }
}
