//! Chance that always falls the same way.

/// A small generator (xorshift) whose numbers depend on its seed alone.
pub struct Chance(u64);

impl Chance {
    /// The chance of one numbered thing.
    pub fn of(number: usize) -> Self {
        let mut mixed = (number as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^= mixed >> 29;
        Self(mixed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 up to, but without, `end`.
    pub fn below(&mut self, end: i64) -> i64 {
        let end = u64::try_from(end).unwrap_or(1).max(1);
        i64::try_from((self.next() >> 11) % end).unwrap_or(0)
    }

    /// One of these; the default of an empty list.
    pub fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let place = self.below(i64::try_from(list.len()).unwrap_or(1));
        usize::try_from(place).ok().and_then(|place| list.get(place)).copied().unwrap_or_default()
    }

    /// True in this many of a hundred cases.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }
}
