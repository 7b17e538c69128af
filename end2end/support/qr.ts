// What a phone's camera makes of a QR code: the picture on the screen is taken and read by jsQR, which is not the crate
// that drew it.
import { expect, type Locator } from "@playwright/test";
import { createRequire } from "node:module";

const jsQr = createRequire(import.meta.url).resolve("jsqr");

/** The text in this QR code as it stands on the page. */
export async function readQr(code: Locator): Promise<string> {
  let picture = "";
  // The page may load itself again meanwhile.
  await expect(async () => void (picture = (await code.screenshot()).toString("base64"))).toPass();
  // In a browser of its own: the page's policy lets in no script, and the page may have no JavaScript at all.
  const context = await code.page().context().browser()!.newContext({ javaScriptEnabled: true });
  try {
    const page = await context.newPage();
    await page.addScriptTag({ path: jsQr });
    const text = await page.evaluate(async (picture) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      const drawing = canvas.getContext("2d")!;
      drawing.drawImage(image, 0, 0);
      const { data, width, height } = drawing.getImageData(0, 0, image.width, image.height);
      return (window as any).jsQR(data, width, height)?.data ?? null;
    }, picture);
    expect(text, "a camera reads the QR code").not.toBeNull();
    return text;
  } finally {
    await context.close();
  }
}
