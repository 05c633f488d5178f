/** Whether the Cmd key is the one that commands. */
export const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
