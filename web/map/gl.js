// Points drawn by the graphics card, through WebGL2.

const VERTEX = `#version 300 es
in vec2 place; in vec4 colour; uniform vec2 scale, shift; uniform float size; out vec4 shade;
void main() { gl_Position = vec4(place * scale + shift, 0.0, 1.0); gl_PointSize = size; shade = colour; }`;
const FRAGMENT = `#version 300 es
precision mediump float; in vec4 shade; out vec4 pixel;
void main() { pixel = shade; }`;

// A program that pretends to be a graphics card is slower than our own raster.
function isReal(gl) {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  return !/swiftshader|llvmpipe|software|basic render/i.test(name);
}

function compile(gl) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}

export class Gl {
  // null where it does not work; `wish` is 'gl' to take any, 'raster' to take none.
  static on(canvas, wish) {
    if (wish === 'raster') return null;
    const gl = canvas.getContext('webgl2', { antialias: false, alpha: true });
    if (!gl || (wish !== 'gl' && !isReal(gl))) return null;
    const program = compile(gl);
    return program ? new Gl(canvas, gl, program) : null;
  }

  constructor(canvas, gl, program) {
    this.canvas = canvas;
    this.gl = gl;
    this.program = program;
    this.lost = false;
    canvas.addEventListener('webglcontextlost', () => { this.lost = true; });
    gl.useProgram(program);
    this.uniforms = Object.fromEntries(['scale', 'shift', 'size'].map((name) => [name, gl.getUniformLocation(program, name)]));
    this.buffers = ['x and y', 'colour'].map(() => gl.createBuffer());
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.gl.viewport(0, 0, width, height);
  }

  upload({ x, y, colour }) {
    const { gl, program } = this;
    const places = new Float32Array(2 * x.length);
    for (let i = 0; i < x.length; i++) {
      places[2 * i] = x[i];
      places[2 * i + 1] = y[i];
    }
    const put = (buffer, values, name, size, type, normalised) => {
      const at = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, type, normalised, 0, 0);
    };
    put(this.buffers[0], places, 'place', 2, gl.FLOAT, false);
    put(this.buffers[1], colour, 'colour', 4, gl.UNSIGNED_BYTE, true);
  }

  clear() {
    this.gl.clearColor(0, 0, 0, 0);
    this.gl.clear(this.gl.COLOR_BUFFER_BIT);
  }

  draw(points, camera, size) {
    const { gl, uniforms } = this;
    const drawn = points.drawn();
    if (this.shown !== drawn) {
      this.upload(drawn);
      this.shown = drawn;
    }
    const [sx, sy] = [(2 * camera.scale) / camera.width, (2 * camera.scale) / camera.height];
    this.clear();
    gl.uniform2f(uniforms.scale, sx, sy);
    gl.uniform2f(uniforms.shift, -camera.x * sx, -camera.y * sy);
    gl.uniform1f(uniforms.size, size);
    gl.drawArrays(gl.POINTS, 0, drawn.x.length);
  }
}
