// The newest llama.cpp, through node-llama-cpp: node node-peer.mjs MODULES FILE THREADS CONCURRENT CONTEXT
// Each line "TOKENS" on standard input runs all requests once and prints tokens a second.
import {pathToFileURL} from "node:url";
import path from "node:path";
import readline from "node:readline";

const [modules, file, threads, concurrent, contextTokens] = process.argv.slice(2);
const {getLlama, LlamaLogLevel} = await import(
    pathToFileURL(path.join(modules, "node-llama-cpp", "dist", "index.js")).href);
const llama = await getLlama({
    gpu: false, build: "never", maxThreads: Number(threads), logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath: file});
const sequences = Number(concurrent);
const context = await model.createContext({
    sequences, contextSize: Number(contextTokens), threads: Number(threads),
    batchSize: Math.max(512, sequences)});
const slots = Array.from({length: sequences}, () => context.getSequence());

async function generate(sequence, number, tokens) {
    await sequence.clearHistory();
    const prompt = Array.from({length: 8}, (_, i) => 259 + 97 * number + 31 * i);
    let produced = 0;
    for await (const _ of sequence.evaluate(prompt, {temperature: 0})) {
        if (++produced >= tokens) break;
    }
    return produced;
}

console.log("ready");
for await (const line of readline.createInterface({input: process.stdin})) {
    const tokens = Number(line);
    const begin = process.hrtime.bigint();
    const counts = await Promise.all(slots.map((slot, i) => generate(slot, i, tokens)));
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    console.log(counts.reduce((a, b) => a + b, 0) / seconds);
}
process.exit(0);
