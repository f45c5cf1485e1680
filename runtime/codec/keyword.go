package codec

// A Keyword names the rule that a value broke. Most are JSON Schema keywords;
// Syntax, Limit, Range and Duplicate are this package's own.
type Keyword string

// The keywords of a Violation.
const (
	Syntax               Keyword = "syntax"               // the bytes are not JSON
	Limit                Keyword = "limit"                // nested too deep, or too many containers
	Type                 Keyword = "type"                 // another JSON type is wanted
	Range                Keyword = "range"                // the number does not fit the Go type
	Required             Keyword = "required"             // a property is missing
	AdditionalProperties Keyword = "additionalProperties" // a property of an unknown name
	Duplicate            Keyword = "duplicate"            // a property given twice
	PropertyNames        Keyword = "propertyNames"        // a key that its type does not allow
	Enum                 Keyword = "enum"
	Const                Keyword = "const"
	Minimum              Keyword = "minimum"
	Maximum              Keyword = "maximum"
	ExclusiveMinimum     Keyword = "exclusiveMinimum"
	ExclusiveMaximum     Keyword = "exclusiveMaximum"
	MultipleOf           Keyword = "multipleOf"
	MinLength            Keyword = "minLength"
	MaxLength            Keyword = "maxLength"
	Pattern              Keyword = "pattern"
	Format               Keyword = "format"
	ContentEncoding      Keyword = "contentEncoding"
	MinItems             Keyword = "minItems"
	MaxItems             Keyword = "maxItems"
	UniqueItems          Keyword = "uniqueItems"
	MinProperties        Keyword = "minProperties"
	MaxProperties        Keyword = "maxProperties"
)
