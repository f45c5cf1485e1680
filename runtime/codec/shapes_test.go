package codec_test

import (
	"time"

	"github.com/mcpgen/mcpgen/runtime/codec"
)

// This file is what the generator writes for three argument types, as the tests
// and benchmarks of the package need it.

type small struct {
	A int `json:"a"`
	B int `json:"b"`
}

var smallNames = [...]string{"a", "b"}

func decodeSmall(d *codec.Decoder, v *small) {
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "a":
			if d.Once(&seen, 1<<0, "a") {
				if n, ok := d.Int("a", 64); ok {
					v.A = int(n)
				}
			}
		case "b":
			if d.Once(&seen, 1<<1, "b") {
				if n, ok := d.Int("b", 64); ok {
					v.B = int(n)
				}
			}
		default:
			d.Unknown(smallNames[:])
		}
	}
	d.Require(seen, 0b11, smallNames[:])
}

func encodeSmall(e *codec.Encoder, v *small) {
	e.Raw(`{"a":`)
	e.Int(int64(v.A))
	e.Raw(`,"b":`)
	e.Int(int64(v.B))
	e.Raw(`}`)
}

type repo struct {
	Owner   string `json:"owner"`
	Name    string `json:"name"`
	Private bool   `json:"private"`
}

var repoNames = [...]string{"owner", "name", "private"}

func decodeRepo(d *codec.Decoder, v *repo) {
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "owner":
			if d.Once(&seen, 1<<0, "owner") {
				if s, ok := d.String("owner"); ok {
					v.Owner = d.Own(s)
				}
			}
		case "name":
			if d.Once(&seen, 1<<1, "name") {
				if s, ok := d.String("name"); ok {
					v.Name = d.Own(s)
				}
			}
		case "private":
			if d.OnceOptional(&seen, 1<<2, "private") {
				if b, ok := d.Bool("private"); ok {
					v.Private = b
				}
			}
		default:
			d.Unknown(repoNames[:])
		}
	}
	d.Require(seen, 0b011, repoNames[:])
}

func encodeRepo(e *codec.Encoder, v *repo) {
	e.Raw(`{"owner":`)
	e.String(v.Owner)
	e.Raw(`,"name":`)
	e.String(v.Name)
	e.Raw(`,"private":`)
	e.Bool(v.Private)
	e.Raw(`}`)
}

type issue struct {
	Title    string         `json:"title"`
	Body     string         `json:"body"`
	Priority string         `json:"priority"`
	Points   int            `json:"points"`
	Ratio    float64        `json:"ratio"`
	Due      time.Time      `json:"due"`
	Email    string         `json:"email"`
	Labels   []string       `json:"labels"`
	Repo     repo           `json:"repo"`
	Counts   map[string]int `json:"counts"`
}

var issueNames = [...]string{"title", "body", "priority", "points", "ratio", "due", "email", "labels", "repo", "counts"}

var priorities = [...]string{"low", "medium", "high", "urgent"}

func decodeIssue(d *codec.Decoder, v *issue) {
	v.Priority = "medium"
	if !d.OpenObject("") {
		return
	}
	var seen uint64
	for d.NextMember() {
		switch string(d.Key()) {
		case "title":
			if d.Once(&seen, 1<<0, "title") {
				if s, ok := d.String("title"); ok {
					if n := codec.Runes(s); n < 1 {
						d.ViolateCount("title", codec.MinLength, 1, n)
					} else if n > 20 {
						d.ViolateCount("title", codec.MaxLength, 20, n)
					}
					v.Title = d.Own(s)
				}
			}
		case "body":
			if d.OnceOptional(&seen, 1<<1, "body") {
				if s, ok := d.String("body"); ok {
					v.Body = d.Own(s)
				}
			}
		case "priority":
			if d.OnceOptional(&seen, 1<<2, "priority") {
				if s, ok := d.String("priority"); ok {
					switch string(s) {
					case "low":
						v.Priority = "low"
					case "medium":
						v.Priority = "medium"
					case "high":
						v.Priority = "high"
					case "urgent":
						v.Priority = "urgent"
					default:
						d.Enum("priority", priorities[:])
					}
				}
			}
		case "points":
			if d.OnceOptional(&seen, 1<<3, "points") {
				if n, ok := d.Int("points", 64); ok {
					if n < 0 {
						d.Violate("points", codec.Minimum, "0")
					} else if n > 100 {
						d.Violate("points", codec.Maximum, "100")
					}
					v.Points = int(n)
				}
			}
		case "ratio":
			if d.OnceOptional(&seen, 1<<4, "ratio") {
				if f, ok := d.Float("ratio", 64); ok {
					d.MultipleOf("ratio", "0.25")
					v.Ratio = f
				}
			}
		case "due":
			if d.OnceOptional(&seen, 1<<5, "due") {
				if t, ok := d.Time("due"); ok {
					v.Due = t
				}
			}
		case "email":
			if d.OnceOptional(&seen, 1<<6, "email") {
				if s, ok := d.String("email"); ok {
					if !codec.IsEmail(s) {
						d.Format("email", "email")
					}
					v.Email = d.Own(s)
				}
			}
		case "labels":
			if d.OnceOptional(&seen, 1<<7, "labels") && d.OpenArray("labels") {
				v.Labels = decodeLabels(d)
			}
		case "repo":
			if d.Once(&seen, 1<<8, "repo") {
				m := d.Mark()
				decodeRepo(d, &v.Repo)
				d.Under(m, "repo")
			}
		case "counts":
			if d.OnceOptional(&seen, 1<<9, "counts") && d.OpenObject("counts") {
				v.Counts = decodeCounts(d)
			}
		default:
			d.Unknown(issueNames[:])
		}
	}
	d.Require(seen, 1<<0|1<<8, issueNames[:])
}

func decodeLabels(d *codec.Decoder) []string {
	const most = 4
	labels := []string{}
	m, i := d.Mark(), 0
	for ; d.NextElement(); i++ {
		if i >= most {
			d.Skip()
			continue
		}
		em := d.Mark()
		if s, ok := d.String(""); ok {
			labels = d.AppendOwn(labels, s)
		}
		d.UnderIndex(em, i)
	}
	good := d.Mark() == m
	d.Under(m, "labels")
	if i > most {
		d.ViolateCount("labels", codec.MaxItems, most, i)
	} else if good {
		if i, j, found := codec.FirstDuplicate(labels); found {
			d.Unique("labels", i, j)
		}
	}
	return labels
}

func decodeCounts(d *codec.Decoder) map[string]int {
	counts := map[string]int{}
	m := d.Mark()
	for d.NextMember() {
		key := d.Own(d.Key())
		if _, twice := counts[key]; twice {
			d.Duplicate(key)
			continue
		}
		em := d.Mark()
		n, _ := d.Int("", 64)
		counts[key] = int(n)
		d.UnderKey(em, key)
	}
	d.Under(m, "counts")
	return counts
}

func encodeIssue(e *codec.Encoder, v *issue) {
	e.Raw(`{"title":`)
	e.String(v.Title)
	e.Raw(`,"body":`)
	e.String(v.Body)
	e.Raw(`,"priority":`)
	e.String(v.Priority)
	e.Raw(`,"points":`)
	e.Int(int64(v.Points))
	e.Raw(`,"ratio":`)
	e.Float(v.Ratio, 64)
	e.Raw(`,"due":`)
	e.Time(v.Due)
	e.Raw(`,"email":`)
	e.String(v.Email)
	e.Raw(`,"labels":[`)
	for _, s := range v.Labels {
		e.Comma()
		e.String(s)
	}
	e.Raw(`],"repo":`)
	encodeRepo(e, &v.Repo)
	e.Raw(`,"counts":{`)
	for _, key := range codec.SortedKeys(v.Counts) {
		e.Comma()
		e.Key(key)
		e.Int(int64(v.Counts[key]))
	}
	e.Raw(`}}`)
}

func decodeIssues(d *codec.Decoder) (list []issue) {
	if !d.OpenArray("") {
		return nil
	}
	for i := 0; d.NextElement(); i++ {
		m := d.Mark()
		list = append(codec.Grow(d, list), issue{})
		decodeIssue(d, &list[i])
		d.UnderIndex(m, i)
	}
	return list
}
