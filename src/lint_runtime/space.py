"""White space as BuildKit knows it, which is neither ASCII's nor Python's."""

# Go's unicode.IsSpace, which is not Python's: it leaves out the separators 0x1C to 0x1F.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The white space that BuildKit trims."""

SEPARATOR = "[\t\v\f\r ]+"
"""What BuildKit splits an instruction at: not a no-break space, nor any other of Unicode's."""
