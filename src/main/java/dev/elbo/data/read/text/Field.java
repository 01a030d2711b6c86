package dev.elbo.data.read.text;

/** The text of a field of the record being read. The next record overwrites it. */
public final class Field implements CharSequence {
  private char[] chars = new char[16];
  private int length;

  /** Takes other characters, by copying them. */
  public void set(char[] buffer, int offset, int count) {
    if (chars.length < count) {
      chars = new char[Math.max(count, 2 * chars.length)];
    }
    System.arraycopy(buffer, offset, chars, 0, count);
    length = count;
  }

  /** A text without the white space around it: a field is a value, and not how it is laid out. */
  public static CharSequence strip(CharSequence text) {
    int length = text.length();
    return length > 0
            && (Character.isWhitespace(text.charAt(0))
                || Character.isWhitespace(text.charAt(length - 1)))
        ? text.toString().strip()
        : text;
  }

  /** Whether there is nothing but white space. */
  boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (!Character.isWhitespace(chars[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return chars[index];
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new String(chars, start, end - start);
  }

  @Override
  public String toString() {
    return new String(chars, 0, length);
  }
}
