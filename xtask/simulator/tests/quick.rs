//! What a change of the engine has to pass at once; `cargo xtask test` runs far more.

use sips_simulator::planted::Planted;
use sips_simulator::run::{STEPS, Schedule, many};
use sips_simulator::sweep::sweep;

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..10 {
        let schedule = Schedule::draw(seed, STEPS);
        assert_eq!(schedule.trace(Planted::None), schedule.trace(Planted::None), "{seed}");
    }
}

#[test]
fn some_schedules_keep_every_promise() {
    let (failure, counts) = many(1_000_000, 200, STEPS, Planted::None, None);
    assert!(failure.is_none(), "{failure:?}");
    assert!(counts.acts > 1_000, "too little happens: {counts:?}");
}

#[test]
fn some_schedules_survive_a_loss_of_power_at_every_boundary() {
    for seed in 0..3 {
        assert!(sweep(seed, Planted::None).is_ok_and(|crashes| crashes > 0), "{seed}");
    }
}

#[test]
fn a_planted_bug_is_found_and_shrunk() {
    let (failure, _) = many(0, 300, STEPS, Planted::SavedOnRequest, Some(&[1]));
    let failure = failure.expect("a promise that rests on nothing breaks soon");
    let small = Schedule::draw(failure.seed, STEPS).shrink(Planted::SavedOnRequest, 1);
    assert!(small.events.len() < 40, "{} steps", small.events.len());
    assert!(Planted::ALL.len() >= 25);
}
