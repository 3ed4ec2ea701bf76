package org.cumae.cli.parquet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The bytes `[from, to)` of a file. Several spans may be read in turns.
final class Span extends InputStream {
    private final FileChannel file;
    private final long to;
    private long at;

    /// @param file stays open, and the caller's
    Span(FileChannel file, long from, long to) {
        this.file = file;
        this.at = from;
        this.to = to;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at >= to) {
            return -1;
        }
        int wanted = (int) Math.min(length, to - at);
        int read = file.read(ByteBuffer.wrap(bytes, from, wanted), at);
        at += Math.max(read, 0);
        return read;
    }
}
