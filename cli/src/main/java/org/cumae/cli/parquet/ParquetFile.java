package org.cumae.cli.parquet;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ParquetDecodingException;
import org.cumae.forecast.SeriesTable.Source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// A Parquet file: what its end says of its columns and groups of rows, and the pages of each.
///
/// @see <a href="https://parquet.apache.org/docs/file-format/">The format</a>
final class ParquetFile implements AutoCloseable {
    /// What a file begins and ends with.
    static final String MAGIC = "PAR1";

    private static final String ENCRYPTED = "PARE";
    private static final int TAIL = 8; // the length of the metadata, and the magic
    private static final int MOST_METADATA = 1 << 28;

    private final Source source;
    private final FileChannel file;
    private final long end; // of what may be pages
    private final List<Field> fields;
    private final List<RowGroup> groups;
    private final String writer;

    private ParquetFile(Source source, FileChannel file, long end, FileMetaData metadata) {
        this.source = source;
        this.file = file;
        this.end = end;
        this.fields = Field.of(Told.of(metadata.getSchema(), "which columns it has"));
        this.groups = Told.of(metadata.getRow_groups(), "where its rows are");
        this.writer = Objects.requireNonNullElse(metadata.getCreated_by(), "");
        long rows = 0;
        for (RowGroup group : groups) {
            if (group.getNum_rows() < 0) {
                throw new ParquetDecodingException(
                        "a group has %d rows".formatted(group.getNum_rows()));
            }
            rows += group.getNum_rows();
        }
        if (rows != metadata.getNum_rows()) {
            throw new ParquetDecodingException(
                    "it says that it has %,d rows, and its groups have %,d"
                            .formatted(metadata.getNum_rows(), rows));
        }
    }

    /// Reads what the end of a file says.
    ///
    /// @throws org.cumae.forecast.SeriesException if it is no Parquet file, cut, or encrypted
    /// @throws ParquetDecodingException if its metadata contradict themselves
    static ParquetFile open(Path path, Source source) throws IOException {
        FileChannel file = FileChannel.open(path);
        try {
            return open(file, source);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static ParquetFile open(FileChannel file, Source source) throws IOException {
        long size = file.size();
        if (!MAGIC.equals(magic(file, 0)) && !ENCRYPTED.equals(magic(file, 0))) {
            throw source.of(
                    "it is no Parquet file, which would begin with %s; a table in CSV is read"
                            + " under another name",
                    MAGIC);
        }
        String last = magic(file, Math.max(0, size - MAGIC.length()));
        if (ENCRYPTED.equals(last)) {
            throw source.of("it is encrypted; write it without");
        }
        if (size < MAGIC.length() + TAIL || !MAGIC.equals(last)) {
            throw source.of(
                    "it is cut: a Parquet file ends with %s, and this one after %,d bytes without;"
                            + " copy or write it again",
                    MAGIC, size);
        }
        int length =
                ByteBuffer.wrap(bytes(file, size - TAIL, size - MAGIC.length()))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
        long end = size - TAIL - length;
        if (length <= 0 || length > MOST_METADATA || end < MAGIC.length()) {
            throw new ParquetDecodingException(
                    "its metadata would have %,d of its %,d bytes"
                            .formatted(Integer.toUnsignedLong(length), size));
        }
        byte[] metadata = bytes(file, end, size - TAIL);
        return new ParquetFile(
                source, file, end, Util.readFileMetaData(new ByteArrayInputStream(metadata)));
    }

    private static String magic(FileChannel file, long at) throws IOException {
        return new String(bytes(file, at, at + MAGIC.length()), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(FileChannel file, long from, long to) throws IOException {
        return new Span(file, from, to).readNBytes((int) (to - from));
    }

    /// Its columns.
    List<Field> fields() {
        return fields;
    }

    /// Its groups of rows, in their order.
    List<RowGroup> groups() {
        return groups;
    }

    /// Which program wrote it.
    String writer() {
        return writer;
    }

    /// The pages of a group's columns.
    PageReadStore pages(RowGroup group) {
        return new PageReadStore() {
            @Override
            public PageReader getPageReader(ColumnDescriptor column) {
                return column(group, column);
            }

            @Override
            public long getRowCount() {
                return group.getNum_rows();
            }
        };
    }

    private ColumnPages column(RowGroup group, ColumnDescriptor column) {
        List<String> path = List.of(column.getPath());
        String name = path.getFirst();
        ColumnMetaData chunk =
                Told.of(group.getColumns(), "which columns a group of rows has").stream()
                        .map(ColumnChunk::getMeta_data)
                        .filter(each -> each != null && path.equals(each.getPath_in_schema()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new ParquetDecodingException(
                                                "a group of rows lacks column " + name));
        if (chunk.getNum_values() != group.getNum_rows()) {
            throw new ParquetDecodingException(
                    "column %s has %,d values for %,d rows"
                            .formatted(name, chunk.getNum_values(), group.getNum_rows()));
        }
        CompressionCodec packed = Told.of(chunk.getCodec(), "how column " + name + " is packed");
        Codec codec =
                Codec.of(packed)
                        .orElseThrow(
                                () ->
                                        source.of(
                                                "column %s is packed with %s; write it with snappy,"
                                                        + " zstd, gzip, lz4_raw or none",
                                                name, packed));
        return new ColumnPages(name, stream(chunk, name), codec, chunk.getNum_values());
    }

    private InputStream stream(ColumnMetaData chunk, String name) {
        long from = chunk.getData_page_offset();
        long dictionary = chunk.getDictionary_page_offset();
        if (chunk.isSetDictionary_page_offset() && dictionary > 0 && dictionary < from) {
            from = dictionary; // some writers set it to 0 where there is none
        }
        long length = chunk.getTotal_compressed_size();
        if (from < MAGIC.length() || length < 0 || length > end - from) {
            throw new ParquetDecodingException(
                    "column %s would stand at byte %,d, %,d bytes long"
                            .formatted(name, from, length));
        }
        return new Span(file, from, from + length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
