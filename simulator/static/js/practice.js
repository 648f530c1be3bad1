// Things to send when practising: drawn pictures, a short recording, small files.

/** A JPEG with a drawn scene and a caption that says it is practice. */
export function practicePhoto(n) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = n % 3 === 2 ? [720, 960] : [960, 720];
  const c = canvas.getContext("2d");
  const { width: w, height: hgt } = canvas;
  const sky = c.createLinearGradient(0, 0, 0, hgt * 0.6);
  sky.addColorStop(0, ["#7fb4dd", "#f3b37a", "#9fb7c9", "#6fa8c9"][n % 4]);
  sky.addColorStop(1, "#f2ead6");
  c.fillStyle = sky;
  c.fillRect(0, 0, w, hgt);
  c.fillStyle = ["#5d8a4a", "#6b7f52", "#4f7a63", "#7a8c4b"][n % 4];
  c.beginPath();
  c.moveTo(0, hgt * 0.55);
  c.quadraticCurveTo(w * (0.2 + 0.15 * (n % 4)), hgt * 0.32, w, hgt * 0.58);
  c.lineTo(w, hgt);
  c.lineTo(0, hgt);
  c.fill();
  c.fillStyle = "#8d8377";
  c.beginPath();
  c.moveTo(w * 0.42, hgt * 0.6);
  c.lineTo(w * 0.56, hgt * 0.6);
  c.lineTo(w * 0.8, hgt);
  c.lineTo(w * 0.2, hgt);
  c.fill();
  for (let i = 0; i < 3 + (n % 3); i += 1) house(c, w * (0.08 + 0.21 * i), hgt * 0.55 + (i % 2) * 24, w * 0.12);
  c.fillStyle = "rgba(0,0,0,.55)";
  c.fillRect(0, hgt - 64, w, 64);
  c.fillStyle = "#ffc107";
  c.font = "bold 34px system-ui, sans-serif";
  c.fillText(`FOTO LATIHAN ${n + 1}`, 24, hgt - 20);
  // Not toBlob: browsers put it off until they are idle, which on a busy machine is seconds.
  const raw = atob(canvas.toDataURL("image/jpeg", 0.85).split(",")[1]);
  const bytes = Uint8Array.from(raw, (char) => char.charCodeAt(0));
  return new File([bytes], `foto-latihan-${n + 1}.jpg`, { type: "image/jpeg" });
}

function house(c, x, y, size) {
  c.fillStyle = "#e9dcc3";
  c.fillRect(x, y, size, size * 0.7);
  c.fillStyle = "#a2522f";
  c.beginPath();
  c.moveTo(x - size * 0.12, y);
  c.lineTo(x + size / 2, y - size * 0.45);
  c.lineTo(x + size * 1.12, y);
  c.fill();
}

/** An Ogg Opus stream of silence, valid to a player: 20 ms a packet, 50 packets a page. */
export function practiceVoice(seconds) {
  const pages = [page(text("OpusHead", [1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]), 2, 0, 0, 1)];
  pages.push(page(text("OpusTags", [7, 0, 0, 0, ...text("latihan"), 0, 0, 0, 0]), 0, 0, 1, 1));
  for (let i = 0; i < seconds; i += 1) {
    pages.push(page(Array.from({ length: 150 }, (_, k) => [0xf8, 0xff, 0xfe][k % 3]), i === seconds - 1 ? 4 : 0, (i + 1) * 48000, i + 2, 50));
  }
  return new File(pages, "suara.ogg", { type: "audio/ogg" });
}

const text = (word, rest = []) => [...[...word].map((c) => c.charCodeAt(0)), ...rest];

function page(body, flags, granule, sequence, packets) {
  const lacing = Array.from({ length: packets }, () => body.length / packets);
  const bytes = new Uint8Array(27 + packets + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(text("OggS", [0, flags]));
  view.setUint32(6, granule, true);
  view.setUint32(14, 1, true); // serial number of the stream
  view.setUint32(18, sequence, true);
  bytes[26] = packets;
  bytes.set(lacing, 27);
  bytes.set(body, 27 + packets);
  view.setUint32(22, crc(bytes), true);
  return bytes;
}

/** Ogg's CRC-32: polynomial 04C11DB7, not reflected, no final inversion. */
function crc(bytes) {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  return value >>> 0;
}

/** A small one-page PDF. */
export function practiceDocument() {
  const line = "BT /F1 18 Tf 72 720 Td (Dokumen latihan, bukan surat sungguhan) Tj ET";
  const parts = [
    "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${line.length} >>\nstream\n${line}\nendstream`, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let pdf = "%PDF-1.4\n";
  const at = parts.map((part, i) => {
    const offset = pdf.length;
    pdf += `${i + 1} 0 obj\n${part}\nendobj\n`;
    return offset;
  });
  const rows = at.map((o) => `${String(o).padStart(10, "0")} 00000 n \n`).join("");
  pdf += `xref\n0 6\n0000000000 65535 f \n${rows}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return new File([pdf], "surat-latihan.pdf", { type: "application/pdf" });
}

/** Bytes that begin like an MP4; no picture inside. */
export function practiceVideo() {
  const head = [0, 0, 0, 24, ...text("ftypmp42"), 0, 0, 0, 0, ...text("mp42isom")];
  return new File([new Uint8Array(head), new Uint8Array(4096)], "video-latihan.mp4", { type: "video/mp4" });
}
