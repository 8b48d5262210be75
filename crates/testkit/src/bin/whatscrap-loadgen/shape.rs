//! How many rooms, with how many members each, on how many sockets.

use clap::Args;

/// Rooms, their members, and those of them that post.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shape {
    /// Rooms.
    #[arg(long, default_value_t = 10)]
    pub(crate) rooms: usize,
    /// Sockets that hear each room; a multiple of the sockets of an account.
    #[arg(long, default_value_t = 100)]
    pub(crate) members: usize,
    /// Those of them that post into it.
    #[arg(long, default_value_t = 10)]
    pub(crate) senders: usize,
    /// Sockets each account opens; accounts are slow to make.
    #[arg(long, default_value_t = 10)]
    pub(crate) sockets_per_account: usize,
    /// Accounts, each in several rooms if there are fewer than the rooms have
    /// members. Without it, everyone is in one room alone.
    #[arg(long)]
    pub(crate) accounts: Option<usize>,
}

impl Shape {
    /// Few who hear, many who post: fills a database quickly.
    pub(crate) const FOR_A_HISTORY: Self = Self {
        rooms: 10,
        members: 10,
        senders: 10,
        sockets_per_account: 10,
        accounts: None,
    };

    fn accounts_per_room(&self) -> usize {
        self.members.div_ceil(self.sockets_per_account)
    }

    /// How many accounts it takes.
    pub(crate) fn accounts(&self) -> usize {
        self.accounts
            .unwrap_or(self.rooms * self.accounts_per_room())
    }

    /// How many sockets it takes.
    pub(crate) fn sockets(&self) -> usize {
        self.accounts() * self.sockets_per_account
    }

    /// The accounts that are in a room.
    pub(crate) fn accounts_of(&self, room: usize) -> impl Iterator<Item = usize> + use<> {
        let (each, all) = (self.accounts_per_room(), self.accounts());
        (0..each.min(all)).map(move |member| (room * each + member) % all)
    }

    /// The sockets that post into a room, spread over its accounts; an account's sockets are
    /// numbered one after another.
    pub(crate) fn senders_of(&self, room: usize) -> impl Iterator<Item = usize> + use<> {
        let each = self.sockets_per_account;
        let accounts: Vec<usize> = self.accounts_of(room).collect();
        let sockets = (0..each).flat_map(move |socket| {
            let accounts = accounts.clone().into_iter();
            accounts.map(move |account| account * each + socket)
        });
        sockets.take(self.senders)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(accounts: Option<usize>) -> Shape {
        Shape {
            rooms: 3,
            members: 4,
            senders: 3,
            sockets_per_account: 2,
            accounts,
        }
    }

    #[test]
    fn everyone_is_in_one_room_where_there_are_accounts_enough() {
        let shape = shape(None);
        assert_eq!((shape.accounts(), shape.sockets()), (6, 12));
        assert_eq!(shape.accounts_of(1).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(shape.senders_of(1).collect::<Vec<_>>(), [4, 6, 5]);
    }

    #[test]
    fn fewer_accounts_are_in_several_rooms() {
        let shape = shape(Some(5));
        let rooms: Vec<Vec<usize>> = (0..3)
            .map(|room| shape.accounts_of(room).collect())
            .collect();
        assert_eq!(rooms, [[0, 1], [2, 3], [4, 0]]);
    }
}
