// Runs exported ONNX models with ONNX Runtime and compares with stored outputs: export_onnx.mjs FOLDER RUNTIME_FOLDER.
// FOLDER/cases.json: [{model, input, input_shape, output, output_shape}], raw little-endian float32 files.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';

const [folder, runtime] = process.argv.slice(2);
const ort = createRequire(join(runtime, 'package.json'))('onnxruntime-node');
const tolerance = 1e-4;

function floats(name) {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

let failures = 0;
const sessions = new Map();
for (const test of JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'))) {
  const file = join(folder, test.model + '.onnx');
  if (!sessions.has(file)) sessions.set(file, await ort.InferenceSession.create(file, {intraOpNumThreads: 1}));
  const session = sessions.get(file);
  const input = new ort.Tensor('float32', floats(test.input), test.input_shape);
  const {output} = await session.run({input});
  const expected = floats(test.output);
  let largest = 0, scale = 1;
  for (let i = 0; i < expected.length; ++i) {
    largest = Math.max(largest, Math.abs(expected[i] - output.data[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  const same = JSON.stringify(output.dims) === JSON.stringify(test.output_shape);
  const holds = same && expected.length === output.data.length && largest <= tolerance * scale;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${test.model} batch ${test.input_shape[0]}: shape ${output.dims}, largest difference ${largest.toExponential(2)}`);
  if (!holds) ++failures;
}
process.exit(failures ? 1 : 0);
