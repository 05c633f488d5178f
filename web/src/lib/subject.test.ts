import { expect, test } from "vitest";

import { bareSubject, replySubject, sameSubject } from "./subject";

test("an answer says Re: once, whatever language the others wrote it in", () => {
  for (const [subject, answer] of [
    ["Your order", "Re: Your order"],
    ["RE: Your order", "Re: Your order"],
    ["Aw: Re[2]: Your order", "Re: Your order"],
    ["SV:Vs: Your order", "Re: Your order"],
    ["Reply: yes", "Re: Reply: yes"],
    ["Ref (3): a: b", "Re: a: b"],
    ["", "Re:"],
  ] as const) {
    expect(replySubject(subject)).toBe(answer);
    expect(replySubject(answer)).toBe(answer);
  }
});

test("a forwarded email has a subject of its own", () => {
  expect(bareSubject("Re: Fwd: Your order")).toBe("Fwd: Your order");
  expect(sameSubject("Fwd: Your order", "Your order")).toBe(false);
  expect(sameSubject("re: your ORDER", "Your order")).toBe(true);
});
