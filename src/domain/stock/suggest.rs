//! Which stock to move before anything is bought: what is above its own reorder point goes where too little is left.

use std::collections::BTreeMap;

/// A depot's stock of one part, against its reorder point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Part number.
    pub part_no: String,
    /// Depot code.
    pub depot: String,
    /// City of the depot.
    pub city: String,
    /// Good, ours and free.
    pub available: i64,
    /// On the road to it, or promised to it by a transfer its giver approved.
    pub coming: i64,
    /// Fewer than this is low.
    pub reorder_point: i64,
}

impl Level {
    /// How many are missing, with what is coming counted in.
    #[must_use]
    pub fn shortage(&self) -> i64 {
        (self.reorder_point - self.available - self.coming).max(0)
    }

    /// How many could be given away.
    #[must_use]
    pub fn surplus(&self) -> i64 {
        (self.available - self.reorder_point).max(0)
    }
}

/// A move to make, or with nobody to give, what has to be bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Part number.
    pub part_no: String,
    /// The depot that is short.
    pub to: String,
    /// The depot that can give; none: buy.
    pub from: Option<String>,
    /// How many.
    pub quantity: i64,
}

/// Moves before purchases: for each shortage the depots of the same city give first, then whoever can give most. Nothing is
/// promised twice, and no giver falls under its own reorder point.
#[must_use]
pub fn suggest(levels: &[Level]) -> Vec<Suggestion> {
    let mut parts: BTreeMap<&str, Vec<&Level>> = BTreeMap::new();
    for level in levels {
        parts.entry(&level.part_no).or_default().push(level);
    }
    let mut suggestions = vec![];
    for (part_no, levels) in parts {
        let mut spare: BTreeMap<&str, i64> =
            levels.iter().map(|level| (level.depot.as_str(), level.surplus())).collect();
        let mut short: Vec<&&Level> = levels.iter().filter(|level| level.shortage() > 0).collect();
        short.sort_by(|a, b| (b.shortage(), &a.depot).cmp(&(a.shortage(), &b.depot)));
        for level in short {
            let mut missing = level.shortage();
            let mut givers: Vec<&&Level> = levels.iter().filter(|giver| giver.depot != level.depot).collect();
            givers.sort_by_key(|giver| {
                let far = giver.city.is_empty() || giver.city != level.city;
                (far, -spare.get(giver.depot.as_str()).copied().unwrap_or_default(), giver.depot.clone())
            });
            let of = |from: Option<&str>, quantity| Suggestion {
                part_no: part_no.to_owned(),
                to: level.depot.clone(),
                from: from.map(str::to_owned),
                quantity,
            };
            for giver in givers {
                let Some(left) = spare.get_mut(giver.depot.as_str()) else { continue };
                let given = missing.min(*left);
                if given > 0 {
                    *left -= given;
                    missing -= given;
                    suggestions.push(of(Some(&giver.depot), given));
                }
            }
            if missing > 0 {
                suggestions.push(of(None, missing));
            }
        }
    }
    suggestions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(depot: &str, city: &str, available: i64, reorder_point: i64) -> Level {
        Level {
            part_no: "P".into(),
            depot: depot.into(),
            city: city.into(),
            available,
            coming: 0,
            reorder_point,
        }
    }

    fn told(levels: &[Level]) -> Vec<(String, Option<String>, i64)> {
        suggest(levels).into_iter().map(|s| (s.to, s.from, s.quantity)).collect()
    }

    #[test]
    fn the_same_city_gives_first_and_the_rest_is_bought() {
        let levels = [
            level("DZ", "德州", 0, 6),
            level("JN", "济南", 9, 5),
            level("DZ2", "德州", 2, 1),
            level("QD", "青岛", 0, 0),
        ];
        assert_eq!(
            told(&levels),
            [
                ("DZ".into(), Some("DZ2".into()), 1),
                ("DZ".into(), Some("JN".into()), 4),
                ("DZ".into(), None, 1)
            ]
        );
    }

    #[test]
    fn what_is_coming_is_not_asked_for_again_and_nothing_is_given_twice() {
        let coming = Level { coming: 2, ..level("DZ", "德州", 1, 3) };
        assert_eq!(told(&[coming, level("JN", "济南", 9, 0)]), []);
        let levels = [level("A", "x", 0, 3), level("B", "y", 0, 3), level("C", "z", 4, 0)];
        assert_eq!(
            told(&levels),
            [("A".into(), Some("C".into()), 3), ("B".into(), Some("C".into()), 1), ("B".into(), None, 2)]
        );
    }
}
