//! Issuing the numbers that an act asks for, as every server does: in the order in which it takes the acts.

use super::RuleBook;
use crate::domain::case::{Act, Case, Effect};
use crate::domain::office::{Channel, Office};

/// An official number that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// Its series.
    pub series: String,
    /// The year in which it counts.
    pub year: i16,
    /// Its place in the series of that year.
    pub sequence: u32,
    /// As it is printed.
    pub number: String,
}

/// Puts each number right behind the effect that asks for it, and gives all of them. `case` is the state before the act; `next` gives the
/// next place in a series of the office and year.
///
/// # Errors
/// What `next` gave; the act is then to be thrown away.
pub fn issue<E>(
    book: &RuleBook,
    row: &Office,
    case: &Case,
    act: &mut Act,
    mut next: impl FnMut(&Office, &str, i16) -> Result<u32, E>,
) -> Result<Vec<Issued>, E> {
    let mut numbers = Vec::new();
    if !act.effects.iter().any(|effect| matches!(effect, Effect::Number(_))) {
        return Ok(numbers);
    }
    let mut case = case.clone();
    case.apply(act);
    // Printed as the office prints now, whenever the act took place.
    let (office, _) = &book.office(row);
    let date = act.happened_at.in_zone(office.zone).date;
    let channel = case.channel().unwrap_or(Channel::Counter);
    let mut effects = Vec::with_capacity(act.effects.len() + 1);
    for effect in std::mem::take(&mut act.effects) {
        let series = match &effect {
            Effect::Number(series) => Some(series.clone()),
            _ => None,
        };
        effects.push(effect);
        // A case has one number of a series, whatever acts ask for it.
        let Some(series) = series.filter(|series| !matches!(case.numbers.get(series), Some(Some(_)))) else { continue };
        let Some(template) = book.series(&series, row) else { continue };
        let sequence = next(office, &series, date.year())?;
        let number = template.print(sequence, office, channel, date);
        numbers.push(Issued { series: series.clone(), year: date.year(), sequence, number: number.clone() });
        effects.push(Effect::Numbered { series, number });
    }
    act.effects = effects;
    Ok(numbers)
}
