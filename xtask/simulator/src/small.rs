//! A small world explored completely: two devices, one case, two commands, one fault and one crash, in every order in which things can
//! happen. States that are alike but for the numbers of packets and tabs are visited once.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::event::{Era, Event, Kind, Swarm};
use crate::planted::Planted;
use crate::rng::Rng;
use crate::world::{Violation, World};

/// How often time may pass while nothing is on its way.
const MOMENTS: u32 = 14;

/// What was explored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Explored {
    /// Different states.
    pub states: usize,
    /// Steps between them.
    pub steps: usize,
    /// Ends.
    pub ends: usize,
}

struct Node {
    world: World,
    faults: u32,
    crashes: u32,
    moments: u32,
    path: Vec<Event>,
}

/// Explores the world in which both devices amend the same field, or one amends and the other remarks.
///
/// # Errors
/// What broke, with the steps that led there.
pub fn explore(planted: Planted, same_field: bool) -> Result<Explored, (Violation, Vec<Event>)> {
    let mut explored = Explored::default();
    let mut seen: HashSet<u64> = HashSet::new();
    let mut stack = vec![Node { world: beginning(planted, same_field), faults: 1, crashes: 1, moments: MOMENTS, path: Vec::new() }];
    while let Some(node) = stack.pop() {
        if let Some(violation) = node.world.violation {
            return Err((violation, node.path));
        }
        if !seen.insert(fingerprint(&node)) {
            continue;
        }
        explored.states += 1;
        let choices = choices(&node);
        if choices.is_empty() {
            explored.ends += 1;
            let mut end = node.world.clone();
            end.settle();
            if let Some(violation) = end.violation {
                return Err((violation, node.path));
            }
        }
        for event in choices {
            explored.steps += 1;
            let mut path = node.path.clone();
            path.push(event);
            let mut world = node.world.clone();
            let (mut faults, mut crashes, mut moments) = (node.faults, node.crashes, node.moments);
            match event.kind {
                Kind::Advance => {
                    moments -= 1;
                    world.pass_to_next();
                }
                Kind::PowerLoss => crashes -= 1,
                kind if kind.is_fault() => faults -= 1,
                _ => {}
            }
            if event.kind != Kind::Advance {
                world.apply(event);
            }
            stack.push(Node { world, faults, crashes, moments, path });
        }
    }
    Ok(explored)
}

/// Both devices know the case and have a command of their own in the outbox.
fn beginning(planted: Planted, same_field: bool) -> World {
    let mut swarm = Swarm::draw(&mut Rng::new(1), 1, Era::Now);
    swarm.devices = 2;
    swarm.accounts = 2;
    swarm.cases = 1;
    swarm.quick_store = true;
    swarm.quick_messages = true;
    swarm.page = 50;
    swarm.batch = 20;
    swarm.clocks = [0; 3];
    swarm.power = true;
    let mut world = World::new(1, swarm, planted);
    world.fixed_random = Some(0);
    world.edit(0, 0);
    world.submit(0, 0);
    world.settle();
    world.calm = false;
    let remark = 4 << 8 << 3;
    let amend = 2 << 8 << 3;
    world.edit(0, amend);
    world.edit(1, if same_field { amend } else { remark });
    world.submit(0, 0);
    world.submit(1, 0);
    world
}

fn choices(node: &Node) -> Vec<Event> {
    let world = &node.world;
    let mut choices = Vec::new();
    let mut add = |kind, a: usize, b| choices.push(Event { kind, a: a as u32, b });
    for at in 0..world.net.len() {
        add(Kind::Deliver, at, 0);
    }
    if world.net.is_empty() && node.moments > 0 && !world.is_at_rest() {
        add(Kind::Advance, 0, 0);
    }
    if node.faults > 0 {
        for at in 0..world.net.len() {
            let is_request = world.net[at].ask.is_some();
            add(Kind::Drop, at, 0);
            add(Kind::Drop, at, 1);
            add(Kind::Status, at, 0);
            if is_request {
                add(Kind::Duplicate, at, 0);
                for status in [1, 3, 6] {
                    add(Kind::Status, at, 8 | status << 8);
                }
            }
        }
        let answers = world.net.iter().filter(|packet| packet.ask.is_none()).count();
        for at in 0..answers {
            add(Kind::Spoil, at, 0);
            add(Kind::Spoil, at, 5);
        }
    }
    if node.crashes > 0 {
        for d in 0..world.devices.len() {
            add(Kind::PowerLoss, d, 0);
        }
    }
    choices
}

/// The state without the numbers that tell paths apart.
fn fingerprint(node: &Node) -> u64 {
    let world = &node.world;
    let mut hasher = DefaultHasher::new();
    (node.faults, node.crashes, node.moments, world.now).hash(&mut hasher);
    for kept in &world.server.acts {
        (kept.act.command_id, kept.act.revision).hash(&mut hasher);
    }
    for device in &world.devices {
        for store in &device.stores {
            format!("{:?}", store.visible).hash(&mut hasher);
        }
        for tab in &device.tabs {
            format!("{:?} {:?} {:?} {}", tab.engine, tab.puller, tab.memory, tab.pending.is_some()).hash(&mut hasher);
        }
    }
    let mut net: Vec<String> = world
        .net
        .iter()
        .map(|packet| {
            let waited = world.tab_at(packet.device, packet.tab).and_then(|t| world.devices[packet.device].tabs[t].pending.as_ref());
            let waited = waited.is_some_and(|pending| pending.id == packet.id);
            format!("{} {:?} {:?} {waited}", packet.device, packet.ask, packet.answer)
        })
        .collect();
    net.sort();
    net.hash(&mut hasher);
    hasher.finish()
}
