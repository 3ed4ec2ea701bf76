package org.cumae.cli.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;

import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.io.ParquetDecodingException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// How pages are packed.
enum Codec {
    NONE,
    SNAPPY,
    GZIP,
    ZSTD,
    LZ4;

    /// Empty where pages of that kind are not read.
    static Optional<Codec> of(CompressionCodec codec) {
        return switch (codec) {
            case UNCOMPRESSED -> Optional.of(NONE);
            case SNAPPY -> Optional.of(SNAPPY);
            case GZIP -> Optional.of(GZIP);
            case ZSTD -> Optional.of(ZSTD);
            case LZ4_RAW -> Optional.of(LZ4);
            case LZO, BROTLI, LZ4 -> Optional.empty(); // each rare, the last without a standard
        };
    }

    /// The bytes of a page.
    ///
    /// @param size how many they are
    /// @throws ParquetDecodingException if they are more or fewer
    /// @throws IOException if they are packed otherwise
    byte[] unpacked(byte[] packed, int size) throws IOException {
        return switch (this) {
            case NONE -> sized(packed, packed.length, size);
            case SNAPPY -> unpacked(new SnappyDecompressor(), packed, size);
            case ZSTD -> unpacked(new ZstdDecompressor(), packed, size);
            case LZ4 -> unpacked(new Lz4Decompressor(), packed, size);
            case GZIP -> {
                try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
                    byte[] bytes = in.readNBytes(size);
                    int more = in.read() < 0 ? 0 : 1;
                    yield sized(bytes, bytes.length + more, size);
                }
            }
        };
    }

    private static byte[] unpacked(Decompressor from, byte[] packed, int size) {
        byte[] bytes = new byte[size];
        return sized(bytes, from.decompress(packed, 0, packed.length, bytes, 0, size), size);
    }

    private static byte[] sized(byte[] bytes, int length, int size) {
        if (length != size) {
            throw new ParquetDecodingException(
                    "a page has other than the %,d bytes that it says".formatted(size));
        }
        return bytes;
    }
}
