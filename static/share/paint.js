// Paints the picture on a canvas, shape by shape, as the browser has laid it out: a strict policy
// forbids the usual way, an image of the SVG. And packs canvases into a PNG that moves.
import { crc32, through } from './link.js';

/** A canvas of the given width, in pixels, with what the SVG element shows. */
export function paint(svg, width) {
  const box = svg.viewBox.baseVal;
  const canvas = document.createElement('canvas');
  const scale = width / box.width;
  canvas.width = Math.round(width);
  canvas.height = Math.round(box.height * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = getComputedStyle(svg.closest('.ordinal')).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  for (const child of svg.children) paintElement(context, child);
  return canvas;
}

function paintElement(context, element) {
  const style = getComputedStyle(element);
  if (style.display === 'none' || style.visibility === 'hidden') return;
  context.save();
  const { matrix } = element.transform?.baseVal?.consolidate() ?? {};
  if (matrix) context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
  const moved = style.transform !== 'none' && !matrix && new DOMMatrix(style.transform);
  if (moved) context.transform(moved.a, moved.b, moved.c, moved.d, moved.e, moved.f);
  context.globalAlpha *= Number(style.opacity);
  if (element.localName === 'text') paintText(context, element, style);
  else if (element.localName === 'g' || element.localName === 'svg') for (const child of element.children) paintElement(context, child);
  else paintShape(context, pathOf(element), style);
  context.restore();
}

/** The outline of a shape. */
function pathOf(element) {
  const value = (name) => element[name]?.baseVal?.value ?? 0;
  const path = new Path2D();
  switch (element.localName) {
    case 'rect':
      path.roundRect(value('x'), value('y'), value('width'), value('height'), value('rx') || value('ry'));
      return path;
    case 'circle':
      path.arc(value('cx'), value('cy'), value('r'), 0, 2 * Math.PI);
      return path;
    case 'ellipse':
      path.ellipse(value('cx'), value('cy'), value('rx'), value('ry'), 0, 0, 2 * Math.PI);
      return path;
    case 'line':
      path.moveTo(value('x1'), value('y1'));
      path.lineTo(value('x2'), value('y2'));
      return path;
    case 'path':
      return new Path2D(element.getAttribute('d'));
    default:
      return path;
  }
}

function paintShape(context, path, style) {
  const alpha = context.globalAlpha;
  if (style.fill !== 'none') {
    context.globalAlpha = alpha * Number(style.fillOpacity);
    context.fillStyle = style.fill;
    context.fill(path, style.fillRule);
  }
  if (style.stroke !== 'none') {
    context.globalAlpha = alpha * Number(style.strokeOpacity);
    pen(context, style);
    context.stroke(path);
  }
}

function pen(context, style) {
  context.strokeStyle = style.stroke;
  context.lineWidth = parseFloat(style.strokeWidth);
  context.lineCap = style.strokeLinecap;
  context.lineJoin = style.strokeLinejoin;
  const dashes = style.strokeDasharray;
  context.setLineDash(dashes === 'none' ? [] : dashes.split(/[ ,]+/).map(parseFloat));
  context.lineDashOffset = parseFloat(style.strokeDashoffset) || 0;
}

function paintText(context, element, style) {
  context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textAlign = { middle: 'center', end: 'right' }[style.textAnchor] ?? 'left';
  const at = (name) => element[name].baseVal[0]?.value ?? 0;
  const wanted = element.hasAttribute('textLength') && element.textLength.baseVal.value;
  const width = context.measureText(element.textContent).width;
  context.translate(at('x'), at('y'));
  if (wanted && width) context.scale(wanted / width, 1);
  if (style.paintOrder.startsWith('stroke') && style.stroke !== 'none') {
    pen(context, style);
    context.strokeText(element.textContent, 0, 0);
  }
  context.fillStyle = style.fill;
  context.fillText(element.textContent, 0, 0);
}

/** A PNG that moves, as browsers and README files show it, made frame by frame. */
export class MovingPng {
  #frames = [];
  #before;
  #size;
  #sequence = 0;
  #ms;

  constructor(ms) {
    this.#ms = ms;
  }

  /** Adds a canvas; all have the size of the first. Of each, only what has changed is kept. */
  async add(canvas) {
    const { width, height } = (this.#size ??= canvas);
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    const part = this.#before ? changed(pixels, this.#before, width) : { x: 0, y: 0, width, height };
    this.#before = pixels;
    const place = [part.width, part.height, part.x, part.y].map(uint32);
    const delay = [...uint32(this.#ms).slice(2), ...uint32(1000).slice(2)];
    const { bytes: rows } = await through(new CompressionStream('deflate'), rowsOf(data, width, part));
    const control = chunk('fcTL', uint32(this.#sequence++), ...place, [...delay, 0, 0]);
    const body = this.#frames.length ? chunk('fdAT', uint32(this.#sequence++), rows) : chunk('IDAT', rows);
    this.#frames.push(new Blob([control, body]));
  }

  blob() {
    const signature = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
    const header = chunk('IHDR', uint32(this.#size.width), uint32(this.#size.height), [8, 2, 0, 0, 0]);
    const count = chunk('acTL', uint32(this.#frames.length), uint32(0));
    return new Blob([signature, header, count, ...this.#frames, chunk('IEND')], { type: 'image/png' });
  }
}

/** The smallest rectangle that holds all pixels that differ; one pixel if none does. */
function changed(pixels, before, width) {
  let [left, top, right, bottom] = [width, Infinity, 0, 0];
  for (let at = 0; at < pixels.length; at++) {
    if (pixels[at] === before[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = y;
  }
  if (top === Infinity) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Red, green and blue of a part of the pixels, each row as the difference to the one above it. */
function rowsOf(data, stride, { x, y, width, height }) {
  const rows = new Uint8Array(height * (1 + 3 * width));
  let to = 0;
  for (let row = y; row < y + height; row++) {
    rows[to++] = 2;
    let from = 4 * (row * stride + x);
    const above = row > y ? 4 * stride : NaN;
    for (let column = 0; column < width; column++, from += 4) {
      for (let channel = from; channel < from + 3; channel++) rows[to++] = data[channel] - (data[channel - above] ?? 0);
    }
  }
  return rows;
}

const uint32 = (value) => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);

function chunk(name, ...parts) {
  const body = [new TextEncoder().encode(name), ...parts.map((part) => Uint8Array.from(part))];
  const bytes = new Uint8Array(body.reduce((length, part) => length + part.length, 0));
  body.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  return new Blob([uint32(bytes.length - 4), bytes, uint32(crc32(bytes))]);
}
