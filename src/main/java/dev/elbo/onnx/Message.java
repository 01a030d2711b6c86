package dev.elbo.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A message of Protocol Buffers, in the making: its fields one after the other, each a key (the
 * number of the field and how its value is written) and the value. ONNX needs three ways: a varint,
 * four bytes, and so many bytes.
 *
 * <p>Source: the encoding as protobuf.dev describes it.
 */
final class Message {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds an integer, which is not negative or has 64 bits. */
  Message with(int field, long value) {
    varint((long) field << 3 | VARINT);
    varint(value);
    return this;
  }

  /** Adds a number. */
  Message with(int field, float value) {
    varint((long) field << 3 | FOUR_BYTES);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      bytes.write(bits >>> shift);
    }
    return this;
  }

  /** Adds a text. */
  Message with(int field, String value) {
    byte[] utf8 = value.getBytes(UTF_8);
    begin(field, utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  /** Adds a message. */
  Message with(int field, Message value) {
    begin(field, value.size());
    bytes.writeBytes(value.bytes.toByteArray());
    return this;
  }

  /** Begins a field of so many bytes that are written behind this message. */
  Message begin(int field, long length) {
    varint((long) field << 3 | LENGTH);
    varint(length);
    return this;
  }

  /** Adds all fields of another message. */
  Message append(Message other) {
    bytes.writeBytes(other.bytes.toByteArray());
    return this;
  }

  /** Seven bits at a time, the lowest first; all bytes but the last have their highest bit set. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  /** How many bytes the fields have. */
  int size() {
    return bytes.size();
  }

  /** Writes the fields. */
  void writeTo(OutputStream out) throws IOException {
    bytes.writeTo(out);
  }
}
