package org.zennet.api.benchmark;

import org.zennet.api.encoding.Limit;

/**
 * What one benchmark measured.
 *
 * @param id    which benchmark and version, such as {@code integer/1}; at most 40 bytes
 * @param unit  of the score, such as {@code Mop/s}; at most 16 bytes
 * @param milli the median score in thousandths of the unit
 * @param spreadPerMille half the distance between the quartiles, in thousandths of the median
 */
public record BenchmarkResult(@Limit(40) String id, @Limit(16) String unit, long milli, int spreadPerMille) { }
