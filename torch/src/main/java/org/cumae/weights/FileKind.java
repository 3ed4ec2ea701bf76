package org.cumae.weights;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Tells weight files from the things people hand over in their place, by the first bytes.
final class FileKind {
    private static final int HEAD = 256;
    private static final String CONVERT =
            "convert it to safetensors (in Python: safetensors.torch.save_file)";

    private FileKind() {}

    /// Whether a file is GGUF; false means safetensors.
    ///
    /// @throws WeightFileException if it is neither, saying what it looks like
    static boolean isGguf(FileBytes file) {
        byte[] head = new byte[(int) Math.min(HEAD, file.size())];
        file.read(0, MemorySegment.ofArray(head), "the first bytes");
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("GGUF")) {
            return true;
        }
        String look = look(text);
        // a safetensors file begins with a length, which may be any two bytes
        if (!look.isEmpty() && !looksLikeSafetensors(head)) {
            throw notWeights(file, look);
        }
        String name = String.valueOf(file.path().getFileName()).toLowerCase(Locale.ROOT);
        if (name.matches(".*\\.(bin|pt|pth|ckpt|pkl|pickle)") && !looksLikeSafetensors(head)) {
            throw notWeights(
                    file,
                    "looks by its name like a pickled checkpoint, which can run code; " + CONVERT);
        }
        if (name.endsWith(".gguf")) {
            throw notWeights(file, "does not begin with the letters GGUF; fetch it again");
        }
        if (!name.endsWith(".safetensors") && !looksLikeSafetensors(head)) {
            throw notWeights(file, "begins like neither; check what it is");
        }
        return false;
    }

    private static boolean looksLikeSafetensors(byte[] head) {
        return head.length > Long.BYTES
                && PlainValues.int64(head, 0) >>> 32 == 0
                && head[Long.BYTES] == '{';
    }

    private static String look(String head) {
        String lower = head.stripLeading().toLowerCase(Locale.ROOT);
        if (head.isEmpty()) {
            return "is empty; fetch it again";
        }
        if (head.length() <= Long.BYTES) {
            return "has only " + head.length() + " bytes; fetch it again";
        }
        if (lower.startsWith("version https://git-lfs")) {
            return "looks like a Git-LFS pointer; run git lfs pull where it came from";
        }
        if (lower.startsWith("<!doctype")
                || lower.startsWith("<html")
                || lower.startsWith("<?xml")) {
            return "looks like an HTML page, perhaps an error or login page; fetch the file itself";
        }
        if (head.startsWith("PK\3\4")) {
            return "looks like a zip file, as PyTorch pickles are, which can run code; " + CONVERT;
        }
        if (head.charAt(0) == 0x80 && head.charAt(1) <= 5) {
            return "looks like a pickle, which can run code; " + CONVERT;
        }
        if (head.startsWith("\u0089HDF")) {
            return "looks like an HDF5 file; " + CONVERT;
        }
        if (head.startsWith("\u001f\u008b")) {
            return "looks like gzip; unpack it first";
        }
        if (head.startsWith("lmgg") || head.startsWith("fmgg") || head.startsWith("tjgg")) {
            return "looks like a ggml file from before GGUF; fetch or convert a GGUF version";
        }
        if (head.startsWith("FUGG")) {
            return "looks like a byte-swapped GGUF file; convert it for a little-endian machine";
        }
        if (lower.startsWith("{")) {
            return "looks like JSON; give the model's directory or its .safetensors or .gguf file";
        }
        return "";
    }

    private static WeightFileException notWeights(FileBytes file, String look) {
        return new WeightFileException(
                file.path(), "%s", "is not a safetensors or GGUF file: it " + look);
    }
}
