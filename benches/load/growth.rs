//! The same questions at two sizes: what an answer costs when the books have grown.

use crate::figures::{Figure, Run, time};
use crate::reads::NO_DATABASE;

/// A question asked of small and of large books.
pub struct Growth<'a> {
    small: &'a Figure,
    large: &'a Figure,
    /// What a page without a database cost in the large run beside the small one: the machine, not the books.
    machine: f64,
}

/// Every question both runs asked.
pub fn of<'a>(small: &'a Run, large: &'a Run) -> Vec<Growth<'a>> {
    assert_eq!(small.is_postgres, large.is_postgres, "two sizes of one database");
    let machine = small.page_without_database().cpu_us;
    let machine = large.page_without_database().cpu_us / machine;
    let other = |figure: &&'a Figure| large.figure(&figure.what, figure.clients);
    small
        .figures
        .iter()
        .filter_map(|figure| Some(Growth { small: figure, large: other(&figure)?, machine }))
        .collect()
}

impl Run {
    fn page_without_database(&self) -> &Figure {
        self.figures.iter().find(|figure| figure.what == NO_DATABASE).expect("every run asks it")
    }
}

impl Growth<'_> {
    pub fn name(&self) -> String {
        match self.small.clients {
            clients @ (1 | 64) => format!("{} by {clients}", self.small.what),
            _ => self.small.what.clone(),
        }
    }

    /// How many times the processor time of the small books an answer costs, the machine's own difference taken out.
    pub fn cpu(&self) -> f64 {
        self.large.cpu_us / self.small.cpu_us / self.machine
    }

    /// How many times as much is read.
    pub fn read(&self) -> Option<f64> {
        Some(self.large.read? / self.small.read?.max(1.0))
    }

    fn print(&self) {
        let read = |figure: &Figure| figure.read.map_or_else(String::new, |read| format!("{read:.0}"));
        println!(
            "| {} | {} | {} | {:.2} | {:.2} | {} | {} | {} |",
            self.name(),
            time(self.small.cpu_us),
            time(self.large.cpu_us),
            self.large.cpu_us / self.small.cpu_us,
            self.cpu(),
            read(self.small),
            read(self.large),
            self.read().map_or_else(String::new, |times| format!("{times:.2}"))
        );
    }
}

pub fn print(small: &Run, large: &Run) {
    let read = if small.is_postgres { "rows touched" } else { "steps" };
    println!(
        "\nThe same at {} and at {} units; *of the books*: divided by what a page without a database cost more.\n",
        small.units, large.units
    );
    println!(
        "| what | CPU, {} | CPU, {} | times | of the books | {read}, {} | {read}, {} | times |",
        small.units, large.units, small.units, large.units
    );
    println!("|---|---|---|---|---|---|---|---|");
    of(small, large).iter().for_each(Growth::print);
}
