package org.cumae.cli.parquet;

import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.zstd.ZstdCompressor;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.zip.GZIPOutputStream;

/// Files as Apache's own library writes them.
///
/// @param schema in its language
/// @param codec how pages are packed
/// @param version of pages
/// @param inGroup rows in a group; a page holds a third of them
/// @param dictionary whether values are told once and then by number
/// @param sums whether pages carry checksums
public record WrittenParquet(
        String schema,
        CompressionCodecName codec,
        WriterVersion version,
        int inGroup,
        boolean dictionary,
        boolean sums) {

    /// One group, and otherwise as the library does by itself.
    public static WrittenParquet plain(String schema) {
        return new WrittenParquet(
                schema,
                CompressionCodecName.UNCOMPRESSED,
                WriterVersion.PARQUET_1_0,
                1_000,
                true,
                true);
    }

    WrittenParquet packed(CompressionCodecName codec) {
        return new WrittenParquet(schema, codec, version, inGroup, dictionary, sums);
    }

    WrittenParquet inGroupsOf(int rows) {
        return new WrittenParquet(schema, codec, version, rows, dictionary, sums);
    }

    WrittenParquet withoutSums() {
        return new WrittenParquet(schema, codec, version, inGroup, dictionary, false);
    }

    /// Writes rows.
    ///
    /// @param fill given a row to fill and its number
    public Path to(Path file, int rows, BiConsumer<Group, Integer> fill) throws IOException {
        Files.deleteIfExists(file);
        MessageType type = MessageTypeParser.parseMessageType(schema);
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withConf(new PlainParquetConfiguration())
                        .withType(type)
                        .withWriteMode(ParquetFileWriter.Mode.CREATE)
                        .withCodecFactory(new Packing())
                        .withCompressionCodec(codec)
                        .withWriterVersion(version)
                        .withRowGroupRowCountLimit(inGroup)
                        .withPageRowCountLimit(Math.max(1, inGroup / 3))
                        .withMinRowCountForPageSizeCheck(1)
                        .withDictionaryEncoding(dictionary)
                        .withPageWriteChecksumEnabled(sums)
                        .build()) {
            for (int row = 0; row < rows; row++) {
                Group group = new SimpleGroup(type);
                fill.accept(group, row);
                writer.write(group);
            }
        }
        return file;
    }

    static byte[] packed(CompressionCodecName name, byte[] bytes) throws IOException {
        return switch (name) {
            case UNCOMPRESSED, BROTLI -> bytes; // nobody gets as far as unpacking the latter
            case SNAPPY -> packed(new SnappyCompressor(), bytes);
            case ZSTD -> packed(new ZstdCompressor(), bytes);
            case LZ4_RAW -> packed(new Lz4Compressor(), bytes);
            case GZIP -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (OutputStream gzip = new GZIPOutputStream(packed)) {
                    gzip.write(bytes);
                }
                yield packed.toByteArray();
            }
            default -> throw new IllegalArgumentException(name.toString());
        };
    }

    private static byte[] packed(Compressor with, byte[] bytes) {
        byte[] packed = new byte[with.maxCompressedLength(bytes.length)];
        int length = with.compress(bytes, 0, bytes.length, packed, 0, packed.length);
        return Arrays.copyOf(packed, length);
    }

    static CompressionCodecName name(Codec codec) {
        return switch (codec) {
            case NONE -> CompressionCodecName.UNCOMPRESSED;
            case SNAPPY -> CompressionCodecName.SNAPPY;
            case GZIP -> CompressionCodecName.GZIP;
            case ZSTD -> CompressionCodecName.ZSTD;
            case LZ4 -> CompressionCodecName.LZ4_RAW;
        };
    }

    /// Packs without Hadoop's codecs.
    private static final class Packing implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName name) {
            return new BytesInputCompressor() {
                @Override
                public BytesInput compress(BytesInput bytes) throws IOException {
                    return BytesInput.from(WrittenParquet.packed(name, bytes.toByteArray()));
                }

                @Override
                public CompressionCodecName getCodecName() {
                    return name;
                }

                @Override
                public void release() {}
            };
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
            throw new UnsupportedOperationException("files are read by what is tested");
        }

        @Override
        public void release() {}
    }
}
