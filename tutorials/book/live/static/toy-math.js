// The equations of the toys, on plain arrays: small, and the same as the package's (tests compare them).
(() => {
  const Live = (globalThis.WtaLive = globalThis.WtaLive || {});

  // Which k entries of a column win: the largest, the lower row among equals.
  function winners(column, k) {
    const order = column.map((_, row) => row).sort((a, b) => column[b] - column[a] || a - b);
    const mask = column.map(() => false);
    for (const row of order.slice(0, k)) mask[row] = true;
    return mask;
  }

  // The windows of an image as rows, [height * width][size * size], zero beyond the border.
  function im2col(image, height, width, size) {
    const half = (size - 1) / 2;
    const rows = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const row = [];
        for (let u = i - half; u <= i + half; u++) {
          for (let v = j - half; v <= j + half; v++) {
            row.push(u >= 0 && u < height && v >= 0 && v < width ? image[u * width + v] : 0);
          }
        }
        rows.push(row);
      }
    }
    return rows;
  }

  // Its adjoint: every entry of a row is added where it came from.
  function col2im(rows, height, width, size) {
    const half = (size - 1) / 2;
    const image = new Array(height * width).fill(0);
    rows.forEach((row, at) => {
      const i = Math.floor(at / width) - half;
      const j = (at % width) - half;
      row.forEach((value, place) => {
        const u = i + Math.floor(place / size);
        const v = j + (place % size);
        if (u >= 0 && u < height && v >= 0 && v < width) image[u * width + v] += value;
      });
    });
    return image;
  }

  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  // ReLU of a convolution of maps x [H * W * C] with W [kh, kw, C, F] and b [F].
  function layer(x, height, width, W, b) {
    const [kh, kw, C, F] = W.shape;
    const y = new Float32Array(height * width * F);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const at = (i * width + j) * F;
        for (let f = 0; f < F; f++) y[at + f] = b.values[f];
        for (let u = 0; u < kh; u++) {
          const line = i + u - (kh - 1) / 2;
          if (line < 0 || line >= height) continue;
          for (let v = 0; v < kw; v++) {
            const column = j + v - (kw - 1) / 2;
            if (column < 0 || column >= width) continue;
            for (let c = 0; c < C; c++) {
              const value = x[(line * width + column) * C + c];
              if (value === 0) continue;
              const w = ((u * kw + v) * C + c) * F;
              for (let f = 0; f < F; f++) y[at + f] += value * W.values[w + f];
            }
          }
        }
        for (let f = 0; f < F; f++) y[at + f] = Math.max(0, y[at + f]);
      }
    }
    return y;
  }

  // Of each map its largest activity, the first among equals: [{ y, x, f, value }].
  function spatialWinners(h, height, width, F) {
    const found = [];
    for (let f = 0; f < F; f++) {
      let best = 0;
      for (let at = 1; at < height * width; at++) if (h[at * F + f] > h[best * F + f]) best = at;
      found.push({ y: Math.floor(best / width), x: best % width, f, value: h[best * F + f] });
    }
    return found;
  }

  // b plus the sum of value * D[f], centred at each winner; D [F, kh, kw, 1].
  function decode(code, height, width, D, b) {
    const [, kh, kw] = D.shape;
    const image = new Float32Array(height * width).fill(b.values[0]);
    for (const { y, x, f, value } of code) {
      for (let u = 0; u < kh; u++) {
        for (let v = 0; v < kw; v++) {
          const i = y + u - (kh - 1) / 2;
          const j = x + v - (kw - 1) / 2;
          if (i >= 0 && i < height && j >= 0 && j < width) image[i * width + j] += value * D.values[(f * kh + u) * kw + v];
        }
      }
    }
    return image;
  }

  // Weights that were kept as 8-bit integers.
  function unpacked(weights) {
    const array = ({ shape, scale, values }) => {
      const bytes = Int8Array.from(atob(values), (letter) => letter.charCodeAt(0));
      return { shape, values: Float32Array.from(bytes, (value) => value * scale) };
    };
    return Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, array(w)]));
  }

  // What a model of two layers makes of a digit of 28 x 28: its maps, their winners, and the digit that they draw.
  function convWta(params, image) {
    const first = layer(image, 28, 28, params.W_enc1, params.b_enc1);
    const maps = layer(first, 28, 28, params.W_enc2, params.b_enc2);
    const F = params.W_enc2.shape[3];
    const code = spatialWinners(maps, 28, 28, F);
    return { maps, F, code, image: decode(code, 28, 28, params.W_dec, params.b_dec) };
  }

  Live.math = { winners, im2col, col2im, dot, layer, spatialWinners, decode, unpacked, convWta };
})();
