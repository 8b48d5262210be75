// Asks before a message calls more than a few people at once.

/** Up to so many are called without a question. */
const FEW = 5;
const CODE = /^ *(```|~~~)[\s\S]*?(^ *\1|$(?![\s\S]))|(`+)(?!`)[\s\S]*?[^`]\3(?!`)/gm;
const CALL = /(?:^|[^\p{L}\p{N}_\-+/=&%~@])@room(?![\p{L}\p{M}\p{N}_]|[.-][\p{L}\p{N}])/iu;

/** Whether the message may go out: whoever writes it was asked, if need be. */
export async function mayCall(body) {
  const dialog = document.getElementById("call-question");
  const members = Number(dialog.dataset.members);
  if (members <= FEW || !CALL.test(body.replaceAll(CODE, ""))) return true;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "send";
}
