// Chooses the square of a picture that shows, and sends it.

/** So large it is sent: as large as the server's largest. */
const SENT_PX = 512;
/** A step of the arrow keys and buttons, as a part of the square. */
const STEP = 0.05;
const ZOOM_STEP = 0.1;

export class Crop {
  #dialog = document.getElementById("crop");
  #canvas = this.#dialog.querySelector("canvas");
  #zoom = this.#dialog.querySelector("input[type=range]");
  #progress = this.#dialog.querySelector("progress");
  #problem = this.#dialog.querySelector("[role=alert]");
  #save = this.#dialog.querySelector("[data-action=save]");
  #done;
  #picture = null;
  /** What is in the middle of the square, in pixels of the picture. */
  #centre = { x: 0, y: 0 };
  /** Where the pointer holds the picture. */
  #held = null;
  #request = null;

  /** `done` takes the person as they are with their new picture. */
  constructor(done) {
    this.#done = done;
    this.#zoom.addEventListener("input", () => this.#draw());
    this.#save.addEventListener("click", () => this.#send());
    this.#dialog.querySelector("[data-action=cancel]").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#closed());
    for (const button of this.#dialog.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => this.#step(button.dataset.move));
    }
    this.#canvas.addEventListener("keydown", (event) => this.#onKey(event));
    this.#canvas.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    this.#canvas.addEventListener("pointerdown", (event) => this.#grab(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#drag(event));
  }

  /** Opens a picture. Rejects if the browser cannot read it. */
  async open(file) {
    this.#picture = await createImageBitmap(file);
    const { width, height } = this.#picture;
    this.#centre = { x: width / 2, y: height / 2 };
    this.#zoom.value = 1;
    this.#busy(false);
    this.#problem.textContent = "";
    this.#dialog.showModal();
    this.#canvas.focus();
    this.#draw();
  }

  /** The side of the square, in pixels of the picture. */
  get #side() {
    const { width, height } = this.#picture;
    return Math.min(width, height) / Number(this.#zoom.value);
  }

  #step(direction) {
    const by = this.#side * STEP;
    const { x, y } = { left: { x: -by, y: 0 }, right: { x: by, y: 0 }, up: { x: 0, y: -by }, down: { x: 0, y: by } }[direction];
    this.#move(x, y);
  }

  #move(x, y) {
    this.#centre.x += x;
    this.#centre.y += y;
    this.#draw();
  }

  #resize(by) {
    this.#zoom.value = Number(this.#zoom.value) + by;
    this.#draw();
  }

  #grab({ pointerId, clientX: x, clientY: y }) {
    this.#canvas.setPointerCapture(pointerId);
    this.#held = { x, y };
  }

  #drag({ buttons, clientX: x, clientY: y }) {
    if (!buttons || !this.#held) return;
    const scale = this.#side / this.#canvas.getBoundingClientRect().width;
    this.#move((this.#held.x - x) * scale, (this.#held.y - y) * scale);
    this.#held = { x, y };
  }

  #onKey(event) {
    const direction = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (direction) this.#step(direction);
    else if (event.key === "+" || event.key === "=") this.#resize(ZOOM_STEP);
    else if (event.key === "-") this.#resize(-ZOOM_STEP);
    else return;
    event.preventDefault();
  }

  #onWheel(event) {
    event.preventDefault();
    this.#resize(-Math.sign(event.deltaY) * ZOOM_STEP);
  }

  /** Keeps the square within the picture and paints it. */
  #paint(canvas) {
    const { width, height } = this.#picture;
    const side = this.#side;
    const within = (at, length) => Math.min(Math.max(at, side / 2), length - side / 2);
    this.#centre = { x: within(this.#centre.x, width), y: within(this.#centre.y, height) };
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, canvas.width, canvas.height);
    const { x, y } = this.#centre;
    context.drawImage(this.#picture, x - side / 2, y - side / 2, side, side, 0, 0, canvas.width, canvas.height);
    return context;
  }

  #draw() {
    if (!this.#picture) return;
    const { width } = this.#canvas;
    const context = this.#paint(this.#canvas);
    // What the circle leaves out is dimmed.
    context.beginPath();
    context.rect(0, 0, width, width);
    context.arc(width / 2, width / 2, width / 2 - 2, 0, 2 * Math.PI, true);
    context.fillStyle = "rgb(20 18 16 / 0.55)";
    context.fill();
    context.lineWidth = 4;
    context.strokeStyle = "white";
    context.beginPath();
    context.arc(width / 2, width / 2, width / 2 - 3, 0, 2 * Math.PI);
    context.stroke();
  }

  async #send() {
    const square = document.createElement("canvas");
    square.width = square.height = SENT_PX;
    this.#paint(square);
    this.#busy(true);
    const file = await new Promise((resolve) => square.toBlob(resolve, "image/png"));
    // `fetch` does not tell how far it is.
    const request = (this.#request = new XMLHttpRequest());
    request.open("PUT", "/api/v1/me/avatar");
    request.responseType = "json";
    request.setRequestHeader("content-type", file.type);
    request.upload.onprogress = ({ loaded, total }) => (this.#progress.value = loaded / total);
    request.onload = () => {
      if (request.status !== 200) return this.#fail(request.response?.title);
      this.#dialog.close();
      this.#done(request.response.user);
    };
    request.onerror = () => this.#fail("the server could not be reached");
    request.send(file);
  }

  #fail(title) {
    this.#busy(false);
    this.#problem.textContent = `Not saved: ${title ?? "the server did not take it"}.`;
  }

  #busy(isBusy) {
    this.#save.disabled = isBusy;
    this.#progress.hidden = !isBusy;
    this.#progress.value = 0;
  }

  #closed() {
    this.#request?.abort();
    this.#request = null;
    this.#picture?.close();
    this.#picture = null;
    document.getElementById("portrait").elements.file.focus();
  }
}
