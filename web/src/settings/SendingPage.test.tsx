import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import type { User } from "@/api/types";
import { answerByPath, aUser, renderSignedIn } from "@/test/render";
import { someRules } from "@/test/samples";

import { SendingPage } from "./SendingPage";

const settings = someRules();
const admin: User = { ...aUser, role: "admin" };

function draw(user = admin) {
  const answers = answerByPath({
    "GET /api/compliance/settings": settings,
    "PUT /api/compliance/settings": settings,
  });
  renderSignedIn(<SendingPage />, user);
  return answers;
}

test("a region is added and everything is saved as one", async () => {
  const { to } = draw();
  await userEvent.click(await screen.findByRole("button", { name: "Add a region" }));
  const save = screen.getByRole("button", { name: "Save" });
  expect(save).toHaveProperty("disabled", true);
  await userEvent.type(screen.getByRole("textbox", { name: "Region, region 2" }), "us-fl");
  expect(screen.getByText("United States, FL")).toBeDefined();
  await userEvent.click(screen.getByRole("radio", { name: "Give up" }));
  await userEvent.click(save);
  await waitFor(() => expect(to("PUT /api/compliance/settings")).toHaveLength(1));
  expect(await to("PUT /api/compliance/settings")[0]?.json()).toEqual({
    ...settings,
    regions: [...settings.regions, { region: "US-FL", starts: "21:00", ends: "08:00" }],
    late: { after_seconds: 3600, action: "fail" },
  });
});

test("without quiet hours their fields are gone, and what was set stays set", async () => {
  const { to } = draw();
  await userEvent.click(await screen.findByRole("checkbox", { name: "Keep quiet hours" }));
  expect(screen.queryByRole("button", { name: "Add a region" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(to("PUT /api/compliance/settings")).toHaveLength(1));
  expect(await to("PUT /api/compliance/settings")[0]?.json()).toMatchObject({
    quiet_hours: { enabled: false, starts: "21:00" },
    regions: settings.regions,
  });
});

test("agents are told whose page this is", () => {
  const { to } = draw(aUser);
  expect(screen.getByText(/Only administrators/)).toBeDefined();
  expect(to("GET /api/compliance/settings")).toHaveLength(0);
});
