package org.cumae.picture;

import org.cumae.Check;
import org.cumae.canvas.Moment;
import org.cumae.model.Tokens;
import org.cumae.psi.Book;
import org.cumae.psi.Raster;

/// One code for each patch of a grid, row by row.
///
/// @param book of one level, whose codes begin at 0
public record PatchCode(Book book) implements GridCode {
    /// Checks the book.
    ///
    /// @throws IllegalArgumentException if it has several levels, or its codes begin elsewhere
    public PatchCode {
        Check.argument(
                book.type().levels() == 1 && book.type().codes().getFirst().from() == 0,
                "type %s has %d levels from code %d on; a picture of patches has one level from code 0",
                book.type().name(),
                book.type().levels(),
                book.type().codes().getFirst().from());
    }

    @Override
    public int vocabulary() {
        return book.type().codes().getFirst().size();
    }

    @Override
    public int down() {
        return book.type().rows();
    }

    @Override
    public int across() {
        return book.type().columns();
    }

    @Override
    public int perCell() {
        return 1;
    }

    @Override
    public float[] numbers(int... codes) {
        return new float[0];
    }

    @Override
    public int width() {
        return 0;
    }

    @Override
    public int rows() {
        return down() * book.side();
    }

    @Override
    public int columns() {
        return across() * book.side();
    }

    @Override
    public int channels() {
        return book.channels();
    }

    @Override
    public int[] read(Raster picture) {
        return book.read(picture, Moment.ALWAYS).stream()
                .mapToInt(element -> element.codes().get(0))
                .toArray();
    }

    @Override
    public Raster write(int... codes) {
        requireWhole(codes);
        return book.write(
                address -> {
                    int code = codes[address.y() * across() + address.x()];
                    Check.argument(
                            code >= UNKNOWN && code < vocabulary(),
                            "%s has code %d; codes are [0, %d)",
                            address,
                            code,
                            vocabulary());
                    return code == UNKNOWN ? Tokens.NONE : Tokens.of(code);
                },
                Moment.ALWAYS);
    }
}
