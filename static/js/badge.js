// What is unread, on the tab: in its title, and as a dot on its icon; and on the icon of the app.

const icon = document.querySelector("link[rel=icon]");
const plain = icon.href;

let shown = "";

/** So many messages are unread, and so many of them name the reader. */
export function showBadge(unread, mentions) {
  const now = `${unread} ${mentions} ${document.title}`;
  if (now === shown) return;
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${title}` : title;
  const marked = unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  marked?.catch(() => {});
  const { iconMentioned, iconUnread } = icon.dataset;
  icon.href = mentions ? iconMentioned : unread ? iconUnread : plain;
  shown = `${unread} ${mentions} ${document.title}`;
}
