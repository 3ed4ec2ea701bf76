// The newest llama.cpp, through node-llama-cpp:
//   node node-peer.mjs MODULES FILE THREADS REQUESTS CONTEXT VOCABULARY TOKENS
// Each line on standard input runs all requests once and prints tokens a second.
import {pathToFileURL} from "node:url";
import path from "node:path";
import readline from "node:readline";

const [modules, file, ...numbers] = process.argv.slice(2);
const [threads, requests, contextSize, vocabulary, tokens] = numbers.map(Number);
const {getLlama, LlamaLogLevel} = await import(
    pathToFileURL(path.join(modules, "node-llama-cpp", "dist", "index.js")).href);
const llama = await getLlama({
    gpu: false, build: "never", maxThreads: threads, logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath: file});
const context = await model.createContext({
    sequences: requests, contextSize, threads, batchSize: Math.max(512, requests)});
const slots = Array.from({length: requests}, () => context.getSequence());

async function generate(sequence, request) {
    await sequence.clearHistory();
    const prompt = Array.from({length: 8}, (_, i) => (259 + 97 * request + 31 * i) % vocabulary);
    let produced = 0;
    for await (const _ of sequence.evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
        if (++produced >= tokens) break;
    }
    return produced;
}

console.log("ready");
for await (const _ of readline.createInterface({input: process.stdin})) {
    const begin = process.hrtime.bigint();
    const counts = await Promise.all(slots.map(generate));
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    console.log(counts.reduce((a, b) => a + b, 0) / seconds);
}
process.exit(0);
