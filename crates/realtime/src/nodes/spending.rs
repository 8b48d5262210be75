//! What people did counts on every node.

use bytes::Bytes;
use whatscrap_kernel::Uuid;
use whatscrap_messages::Channel;
use whatscrap_users::UserId;

use super::NodesBus;
use super::words::{Other, Said};
use crate::Spent;

/// How many entries one word holds; it is to fit into 7,000 bytes.
const ENTRIES: usize = 60;

impl NodesBus {
    /// Says what was done here since the last time.
    pub(super) fn tell_spent(&self) {
        let (mut posts, mut others) = (Vec::new(), Vec::new());
        for (spent, times) in self.hub.spending().take() {
            match spent {
                Spent::Post(user) => posts.push((user.0, times)),
                Spent::DirectRoom(user) => others.push((Other::DirectRoom(user.0), times)),
                Spent::Invitation(user) => others.push((Other::Invitation(user.0), times)),
                Spent::Search(user) => others.push((Other::Search(user.0), times)),
                Spent::Registration(address) => {
                    others.push((Other::Registration(address), times));
                }
            }
        }
        while !(posts.is_empty() && others.is_empty()) {
            let said = Said::Spent {
                posts: some(&mut posts),
                others: some(&mut others),
            };
            self.say(Channel::All, said, Bytes::new());
        }
    }

    pub(super) fn hear_spent(&self, posts: Vec<(Uuid, u32)>, others: Vec<(Other, u32)>) {
        let spending = self.hub.spending();
        for (user, times) in posts {
            spending.hear(Spent::Post(UserId(user)), times);
        }
        for (other, times) in others {
            let spent = match other {
                Other::DirectRoom(user) => Spent::DirectRoom(UserId(user)),
                Other::Invitation(user) => Spent::Invitation(UserId(user)),
                Other::Search(user) => Spent::Search(UserId(user)),
                Other::Registration(address) => Spent::Registration(address),
            };
            spending.hear(spent, times);
        }
    }
}

/// Takes some of them out.
fn some<T>(all: &mut Vec<T>) -> Vec<T> {
    all.split_off(all.len().saturating_sub(ENTRIES))
}
