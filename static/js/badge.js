// What is unread, on the tab: in its title, and as a dot on its icon.

const title = document.title;
const icon = document.querySelector("link[rel=icon]");
const plain = icon.href;

/** So many messages are unread, and so many of them name the reader. */
export function showBadge(unread, mentions) {
  document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${title}` : title;
  const { iconMentioned, iconUnread } = icon.dataset;
  icon.href = mentions ? iconMentioned : unread ? iconUnread : plain;
}
