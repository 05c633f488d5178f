import { beforeEach, expect, test, vi } from "vitest";

import { ShortcutRegistry } from "./registry";

let registry: ShortcutRegistry;
beforeEach(() => {
  registry = new ShortcutRegistry();
  document.body.innerHTML = "";
});

function press(key: string, target: Element = document.body, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  target.addEventListener("keydown", (caught) => registry.handle(caught as KeyboardEvent), { once: true });
  target.dispatchEvent(event);
  return event;
}

function add(html: string): Element {
  document.body.innerHTML = html;
  const element = document.body.querySelector("[data-target]");
  if (!element) throw new Error("no target");
  return element;
}

test("a bound key acts and is used up", () => {
  const next = vi.fn();
  registry.bind("list.next", next);
  expect(press("j").defaultPrevented).toBe(true);
  expect(next).toHaveBeenCalledOnce();
});

test.each([
  "<input data-target>",
  "<input data-target type='search'>",
  "<textarea data-target></textarea>",
  "<select data-target></select>",
  "<div data-target role='textbox' tabindex='0'></div>",
])("nothing fires while someone types in %s", (html) => {
  const next = vi.fn();
  registry.bind("list.next", next);
  expect(press("j", add(html)).defaultPrevented).toBe(false);
  expect(next).not.toHaveBeenCalled();
});

test("nothing fires with Alt held, during composition, or when the event was used already", () => {
  const next = vi.fn();
  registry.bind("list.next", next);
  press("j", document.body, { altKey: true });
  press("j", document.body, { isComposing: true });
  const used = new KeyboardEvent("keydown", { key: "j", cancelable: true });
  used.preventDefault();
  registry.handle(used);
  expect(next).not.toHaveBeenCalled();
});

test("Ctrl+key is another key than the key", () => {
  const next = vi.fn();
  registry.bind("list.next", next);
  press("j", document.body, { ctrlKey: true });
  expect(next).not.toHaveBeenCalled();
});

test("a sequence needs both keys, soon enough", () => {
  const inbox = vi.fn();
  const panel = vi.fn();
  registry.bind("go.inbox", inbox);
  registry.bind("conversation.panel", panel);
  press("g");
  press("i");
  expect(inbox).toHaveBeenCalledOnce();
  expect(panel).not.toHaveBeenCalled();
  press("i");
  expect(panel).toHaveBeenCalledOnce();
});

test("a key that does not complete the sequence still acts for itself", () => {
  const next = vi.fn();
  registry.bind("go.inbox", vi.fn());
  registry.bind("list.next", next);
  press("g");
  press("j");
  expect(next).toHaveBeenCalledOnce();
});

test("the latest binding wins, and hands over when it has nothing to do", () => {
  const first = vi.fn();
  registry.bind("conversation.resolve", first);
  const unbind = registry.bind("conversation.resolve", () => true);
  press("e");
  expect(first).not.toHaveBeenCalled();
  unbind();
  registry.bind("conversation.resolve", () => false);
  press("e");
  expect(first).toHaveBeenCalledOnce();
});

test("an open dialog silences everything until it closes", () => {
  const next = vi.fn();
  registry.bind("list.next", next);
  const resume = registry.pause();
  press("j");
  expect(next).not.toHaveBeenCalled();
  resume();
  resume();
  press("j");
  expect(next).toHaveBeenCalledOnce();
});

test("arrows belong to the focused control unless it lends them", () => {
  const next = vi.fn();
  registry.bind("list.next", next);
  press("ArrowDown", add("<button data-target>x</button>"));
  expect(next).not.toHaveBeenCalled();
  press("ArrowDown", add("<div data-keys='navigate'><a data-target href='#x'>x</a></div>"));
  press("ArrowDown");
  expect(next).toHaveBeenCalledTimes(2);
});
