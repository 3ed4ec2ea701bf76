package org.cumae.canvas;

import org.cumae.model.Tokens;

/// A variable and its value.
///
/// @param address where it lives
/// @param codes its codes, coarse first
public record Element(Address address, Tokens codes) {
    @Override
    public String toString() {
        return address + " = " + codes;
    }
}
