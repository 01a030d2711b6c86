package dev.elbo.data.read;

import dev.elbo.data.read.text.Line;
import java.util.List;

/**
 * What a file holds.
 *
 * @param events its events
 * @param format what it was taken for, in words
 * @param unused names of columns that were not read
 * @param firstEvent the first line, if it was taken for an event although it may be names of
 *     columns; else null
 */
record FileContent(Events events, String format, List<String> unused, Line firstEvent) {}
