//! The crash sweep: a schedule is run once to count its boundaries, and then once for each of them with the power going there: before and
//! after every commit, at every send and at every receipt.

use crate::planted::Planted;
use crate::run::{Failure, Schedule};
use crate::world::World;

/// Steps of a swept schedule.
pub const STEPS: usize = 100;

/// Sweeps the schedule of a seed; gives the number of crashes.
///
/// # Errors
/// The first promise that a crash broke.
pub fn sweep(seed: u64, planted: Planted) -> Result<u64, Failure> {
    let mut schedule = Schedule::draw(seed, STEPS);
    schedule.swarm.power = true;
    let boundaries = schedule.play(planted, |_| {}).boundaries;
    for at in 1..=boundaries {
        let world: World = schedule.run(planted, |world| world.crash_at = Some(at));
        if let Some(mut violation) = world.violation {
            violation.what.push_str(&format!(" (power lost at boundary {at})"));
            return Err(Failure { seed, violation });
        }
    }
    Ok(boundaries)
}
